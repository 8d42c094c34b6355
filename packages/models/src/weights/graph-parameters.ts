import { FLOAT, FLOAT16, type OnnxFile, type OnnxNode } from '../onnx/onnx-file.js';
import { storedNumbers, type Numbers } from '../onnx/onnx-numbers.js';
import { OnnxBodies } from '../files/onnx-bodies.js';
import { decodeTensorHeader } from '../files/tensor-header.js';
import { elementsOf } from './weight-tensor.js';

/** An initializer of floating-point numbers. */
export interface GraphParameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorProto.DataType: FLOAT or FLOAT16. */
  readonly dataType: number;
  /**
   * trained: an operation reads it where its kernel, bias or statistics stand; constant: a number of the graph's own, such
   * as a mean that is subtracted, or the ones and zeros that exporters give to a norm without gains.
   */
  readonly role: 'trained' | 'constant';
  /** Whether an exporter may have turned it: read as the second factor of a product, as it is. */
  readonly turnable: boolean;
  /** Whether several operations read it: an exporter may have put one of equal tensors in the place of all. */
  readonly shared: boolean;
  /** Whether its numbers stand in the graph itself (a Constant), where none can take their place. */
  readonly fixed: boolean;
}

/** From which input on an operation reads what was trained. */
const TRAINED_FROM: Readonly<Record<string, number>> = {
  ...{ Conv: 1, ConvTranspose: 1, ConvInteger: 1, Gemm: 1, MatMul: 0, PRelu: 1, LSTM: 1, GRU: 1, RNN: 1 },
  ...{ BatchNormalization: 1, InstanceNormalization: 1, LayerNormalization: 1, GroupNormalization: 1 },
  RMSNormalization: 1,
};

/** The floating-point initializers that lead to any of `tensors`, in the order of the file. */
export function parametersOf(file: OnnxFile, tensors: readonly string[]): GraphParameter[] {
  const read = namesBefore(file, tensors);
  const stored = [...file.initializers.values()].flatMap(({ header: { name, dims, dataType } }) => {
    if (!read.has(name) || (dataType !== FLOAT && dataType !== FLOAT16)) return [];
    const uses = file.graph.node.flatMap((node) =>
      node.input.flatMap((input, at) => (input === name ? [{ node, at }] : [])),
    );
    const trained = uses.some(({ node, at }) => at >= (TRAINED_FROM[node.opType] ?? Infinity));
    // One number that is no kernel is a slope, a limit, an epsilon.
    const role = trained || (elementsOf(dims) > 1 && /\.(weight|bias)$/.test(name)) ? 'trained' : 'constant';
    const turnable = dims.length === 2 && uses.length > 0 && uses.every(({ node, at }) => isFactor(node, at));
    const copied = uses.some(({ node }) => node.opType === 'Identity');
    return [
      {
        name,
        shape: dims,
        dataType,
        role,
        turnable,
        shared: copied || uses.length > 1,
        fixed: false,
      } as const,
    ];
  });
  return [...stored, ...fixedOf(file, read)];
}

/** Constants of the graph that stand where what was trained does. */
function fixedOf(file: OnnxFile, read: ReadonlySet<string>): GraphParameter[] {
  const constants = new Map(
    file.graph.node.flatMap((node) =>
      node.opType === 'Constant' ? [[node.output[0] ?? '', node] as const] : [],
    ),
  );
  const uses = Map.groupBy(
    file.graph.node.flatMap(({ opType, input }) => {
      const from = TRAINED_FROM[opType] ?? input.length;
      return input.slice(from).map((name, place) => ({ name, opType, place: place + from }));
    }),
    ({ name }) => name,
  );
  return [...constants].flatMap(([name, { attribute }]) => {
    const tensor = attribute.find((one) => one.name === 'value')?.t;
    const places = uses.get(name);
    if (!read.has(name) || places === undefined || tensor === undefined || tensor.length === 0) return [];
    const { dims, dataType } = decodeTensorHeader(tensor);
    if (dataType !== FLOAT && dataType !== FLOAT16) return [];
    const numbers = storedNumbers(tensor, dataType);
    const role = places.every(({ opType, place }) => isNoGain(opType, place, numbers))
      ? 'constant'
      : 'trained';
    return [{ name, shape: dims, dataType, role, turnable: false, shared: false, fixed: true } as const];
  });
}

const NORMS = /^(Batch|Instance|Layer|Group|RMS)Normalization$/;

/** Whether a norm multiplies by 1 or adds 0: it has no gains, or others follow that are read apart, as of a GroupNorm. */
function isNoGain(opType: string, place: number, numbers: Numbers | null): boolean {
  if (!NORMS.test(opType) || numbers === null || place > 2) return false;
  const none = place === 1 ? 1 : 0;
  return numbers.every((number) => number === none);
}

/** A second factor that the operation does not turn itself. */
function isFactor({ opType, attribute }: OnnxNode, at: number): boolean {
  if (at !== 1) return false;
  if (opType === 'MatMul') return true;
  return opType === 'Gemm' && !attribute.some(({ name, i }) => name === 'transB' && i !== 0);
}

/** All that the making of `tensors` reads, initializers among them. */
export function namesBefore(file: OnnxFile, tensors: readonly string[]): Set<string> {
  const bodies = new OnnxBodies(file.bytes);
  const needed = new Set(tensors);
  for (const [index, node] of [...file.graph.node.entries()].reverse()) {
    if (!node.output.some((name) => needed.has(name))) continue;
    for (const name of node.input) needed.add(name);
    for (const name of bodies.reads(index)) needed.add(name);
  }
  return needed;
}
