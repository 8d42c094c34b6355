/** A package that brings others, which unitscope does without until a command needs them. */
export interface Part {
  readonly name: string;
  /** What needs it, as a message says it. */
  readonly purpose: string;
  /** The part is the package itself under another name, not a package that depends on it. */
  readonly renamed?: true;
}

const TEMPORAL = { name: '@unitscope/temporal', purpose: 'sweeps on Temporal' };
const TFJS = { name: '@unitscope/tfjs', purpose: 'TensorFlow.js models' };
const DIGITS = { name: '@unitscope/digits', purpose: 'the digits of `from: mnist`' };
/** onnxruntime-node with the library of one platform: upstream's package holds all of them and runs a download. */
const ONNXRUNTIME = {
  name: `@unitscope/onnxruntime-${process.platform}-${process.arch}`,
  purpose: 'ONNX models',
  renamed: true,
} as const;

/** The part that brings a package; undefined where none does. */
export function partOf(packageName: string): Part | undefined {
  if (packageName.startsWith('@temporalio/')) return TEMPORAL;
  if (packageName.startsWith('@tensorflow/')) return TFJS;
  if (packageName === 'mnist') return DIGITS;
  return packageName === 'onnxruntime-node' ? ONNXRUNTIME : undefined;
}
