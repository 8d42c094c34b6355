import { FLOAT, FLOAT16, type OnnxFile, type OnnxNode } from '../onnx-file.js';
import { OnnxBodies } from '../files/onnx-bodies.js';
import { elementsOf } from './weight-tensor.js';

/** An initializer of floating-point numbers. */
export interface GraphParameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorProto.DataType: FLOAT or FLOAT16. */
  readonly dataType: number;
  /**
   * trained: an operation reads it where its kernel, bias or statistics stand; constant: a number of the graph's own, such
   * as a mean that is subtracted.
   */
  readonly role: 'trained' | 'constant';
  /** Whether an exporter may have turned it: read as the second factor of a product, as it is. */
  readonly turnable: boolean;
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
  return [...file.initializers.values()].flatMap(({ header: { name, dims, dataType } }) => {
    if (!read.has(name) || (dataType !== FLOAT && dataType !== FLOAT16)) return [];
    const uses = file.graph.node.flatMap((node) =>
      node.input.flatMap((input, at) => (input === name ? [{ node, at }] : [])),
    );
    const trained = uses.some(({ node, at }) => at >= (TRAINED_FROM[node.opType] ?? Infinity));
    // One number that is no kernel is a slope, a limit, an epsilon.
    const role = trained || (elementsOf(dims) > 1 && /\.(weight|bias)$/.test(name)) ? 'trained' : 'constant';
    const turnable = dims.length === 2 && uses.length > 0 && uses.every(({ node, at }) => isFactor(node, at));
    return [{ name, shape: dims, dataType, role, turnable }];
  });
}

/** A second factor that the operation does not turn itself. */
function isFactor({ opType, attribute }: OnnxNode, at: number): boolean {
  if (at !== 1) return false;
  if (opType === 'MatMul') return true;
  return opType === 'Gemm' && !attribute.some(({ name, i }) => name === 'transB' && i !== 0);
}

function namesBefore(file: OnnxFile, tensors: readonly string[]): Set<string> {
  const bodies = new OnnxBodies(file.bytes);
  const needed = new Set(tensors);
  for (const [index, node] of [...file.graph.node.entries()].reverse()) {
    if (!node.output.some((name) => needed.has(name))) continue;
    for (const name of node.input) needed.add(name);
    for (const name of bodies.reads(index)) needed.add(name);
  }
  return needed;
}
