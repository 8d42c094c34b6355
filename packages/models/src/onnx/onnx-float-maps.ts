import { FLOAT, type AddedNode, type OnnxFile, type OnnxNode } from './onnx-file.js';

/** Types that a Cast makes float32 of. */
const FLOATS = new Set(['float16', 'float64', 'bfloat16']);
const INTEGERS = new Set(['int8', 'uint8']);

/** Where an operation that makes integers of its own has the scale of its output; the zero point follows. */
const OUTPUT_SCALE: Readonly<Record<string, number>> = {
  QuantizeLinear: 1,
  QLinearConv: 6,
  QLinearAdd: 6,
  QLinearMul: 6,
  QLinearLeakyRelu: 3,
  QLinearSigmoid: 3,
};

/**
 * What makes float32 maps of a tensor of another type, to be added to the graph: a float16 network's maps are cast, a
 * quantised one's dequantised, which is what its next layer takes them for. Null where nothing does.
 */
export function floatMaps(file: OnnxFile, tensor: string, type: string): AddedNode | null {
  const output = `${tensor}:float32`;
  if (FLOATS.has(type)) return { opType: 'Cast', input: [tensor], output, ints: { to: FLOAT } };
  if (!INTEGERS.has(type)) return null;
  const maker = file.graph.node.find((node) => node.output.includes(tensor));
  const rounding = maker === undefined ? null : outputRounding(maker);
  if (rounding === null) return null;
  return {
    opType: 'DequantizeLinear',
    input: [tensor, rounding.scale, rounding.zeroPoint].filter((name) => name !== ''),
    output,
  };
}

/** The tensors that hold scale and zero point ('': none given) of what an operation rounds; null where it does not round. */
export function outputRounding({ opType, input }: OnnxNode): { scale: string; zeroPoint: string } | null {
  const at = OUTPUT_SCALE[opType];
  const scale = at === undefined ? undefined : input[at];
  return at === undefined || scale === undefined ? null : { scale, zeroPoint: input[at + 1] ?? '' };
}
