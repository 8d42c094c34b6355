import type { ConvolutionKind } from './layer.js';
import type { OnnxAttribute, OnnxFile, OnnxNode } from './onnx-file.js';
import type { Convolution, Op, Role } from './op-graph.js';

const ACTIVATIONS = new Set(
  (
    'Relu Clip LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Elu Selu Celu Gelu QuickGelu FastGelu BiasGelu Mish ' +
    'Swish Silu Softplus Softsign Tanh ThresholdedRelu Shrink Erf Exp Log Abs Neg Sqrt QLinearLeakyRelu QLinearSigmoid'
  ).split(' '),
);
const LINEAR = new Set(
  'BatchNormalization InstanceNormalization GroupNormalization LayerNormalization Identity Dropout Cast'.split(
    ' ',
  ),
);
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div', 'Sum', 'QLinearAdd', 'QLinearMul']);
const BENDING = new Set(['Max', 'Min', 'Pow', 'Mod']);

/** The graph of an ONNX file as operations in which taps are found. ONNX lists nodes in running order. */
export function onnxOps(file: OnnxFile): Op[] {
  const constant = new Set(file.initializers.keys());
  const rounded = new Map(
    file.graph.node.flatMap(({ opType, input, output }) =>
      opType === 'DequantizeLinear' ? [[output[0] ?? '', input[0] ?? ''] as const] : [],
    ),
  );
  const ops: Op[] = [];
  for (const node of file.graph.node) {
    // The scale and zero point of a whole tensor, taken from it as the network runs: they keep the units apart.
    if (node.opType === 'DynamicQuantizeLinear') for (const name of node.output.slice(1)) constant.add(name);
    const inputs = node.input.filter((name) => name !== '' && !constant.has(name));
    // Maps of one size have one shape, which some exporters compute in the graph.
    const fixed =
      node.opType === 'Constant' || node.opType === 'Shape' || (node.input.length > 0 && inputs.length === 0);
    if (fixed) for (const name of node.output) constant.add(name);
    const output = node.output[0];
    if (fixed || output === undefined) continue;
    const kernel = node.input[KERNEL[node.opType] ?? 1] ?? '';
    const dims = file.initializers.get(rounded.get(kernel) ?? kernel)?.header.dims;
    const convolution = convolutionOf(node, dims);
    ops.push({
      name: nameOf(node, output),
      type: node.opType,
      role: convolution === null ? roleOf(node, inputs.length) : 'convolution',
      inputs,
      output,
      ...(convolution !== null && { convolution }),
    });
  }
  return ops;
}

/** PyTorch's exporter numbers its nodes (`node_Conv_293`), but a kernel keeps the name of its module. */
function nameOf({ name, opType, input }: OnnxNode, output: string): string {
  const kernel = /^(.+)\.weight$/.exec(input[1] ?? '')?.[1];
  if (kernel !== undefined && opType === 'Conv' && /^node_/.test(name)) return kernel;
  return name === '' ? output : name;
}

function roleOf({ opType: type, attribute }: OnnxNode, computedInputs: number): Role {
  if (type === 'Transpose' && turnOf(attribute) !== null) return 'linear';
  if (type === 'QuantizeLinear' || type === 'DynamicQuantizeLinear') return 'quantize';
  if (type === 'DequantizeLinear') return 'dequantize';
  if (computedInputs > 1) return ARITHMETIC.has(type) || BENDING.has(type) ? 'combine' : 'other';
  if (ACTIVATIONS.has(type) || BENDING.has(type)) return 'activation';
  return LINEAR.has(type) || ARITHMETIC.has(type) ? 'linear' : 'other';
}

type Layout = 'channels first' | 'channels last';

/** What a Transpose of maps turns them to, or null where it does something else. */
function turnOf(attributes: readonly OnnxAttribute[]): Layout | null {
  const order = attributes.find(({ name }) => name === 'perm')?.ints.join(' ');
  if (order === '0 2 3 1') return 'channels last';
  return order === '0 3 1 2' ? 'channels first' : null;
}

/** The tensors whose maps lie [image, y, x, channel], as between the transposes of a converted TensorFlow graph. */
export function channelsLastTensors(file: OnnxFile, ops: readonly Op[]): Set<string> {
  const last = new Set<string>();
  const turns = new Map(
    file.graph.node.flatMap(({ opType, output, attribute }) =>
      opType === 'Transpose' && output[0] !== undefined ? [[output[0], turnOf(attribute)] as const] : [],
    ),
  );
  for (const { role, inputs, output } of ops) {
    const turned = turns.get(output);
    const isLast = turned ? turned === 'channels last' : inputs.some((input) => last.has(input));
    if (isLast && role !== 'convolution' && role !== 'other') last.add(output);
  }
  return last;
}

/** Which input is the kernel, where it is not the second. */
const KERNEL: Readonly<Record<string, number>> = { QLinearConv: 3 };

/** With the dimensions of its kernel, where that is stored, as it is or as integers. */
function convolutionOf(node: OnnxNode, kernel: readonly number[] | undefined): Convolution | null {
  const attributes = new Map(node.attribute.map((attribute) => [attribute.name, attribute]));
  const spatial = kernel === undefined ? attributes.get('kernel_shape')?.ints.length : kernel.length - 2;
  if (spatial !== undefined && spatial !== 2) return null;
  const fused = attributes.get('activation');
  switch (node.opType) {
    case 'Conv':
    case 'QLinearConv':
    case 'ConvInteger':
      return { kind: kindOf(attributes, kernel), fused: null };
    case 'FusedConv':
      return { kind: kindOf(attributes, kernel), fused: fused ? Buffer.from(fused.s).toString() : null };
    case 'ConvTranspose':
      return { kind: 'transposed', fused: null };
    default:
      return null;
  }
}

function kindOf(
  attributes: ReadonlyMap<string, OnnxAttribute>,
  kernel: readonly number[] | undefined,
): ConvolutionKind {
  const groups = attributes.get('group')?.i ?? 1;
  if (groups <= 1) return 'conv';
  return kernel?.[1] === 1 ? 'depthwise' : 'grouped';
}
