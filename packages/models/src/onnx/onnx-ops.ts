import type { Meaning, Role } from '../graph/meaning.js';
import { domainOf, onnxMeaning } from '../graph/onnx-meanings.js';
import type { ConvolutionKind } from '../layer.js';
import type { OnnxAttribute, OnnxFile, OnnxNode } from './onnx-file.js';
import { outputRounding } from './onnx-float-maps.js';
import { graphsOf, outerTensors } from './nested-graphs.js';
import { ConstantNumbers } from './constant-numbers.js';
import type { Convolution, Op } from '../graph/op-graph.js';

// TensorProto.DataType
const UINT8 = 2;

/** The graph of an ONNX file as operations in which taps are found. ONNX lists nodes in running order. */
export function onnxOps(file: OnnxFile): Op[] {
  const constant = new Set(file.initializers.keys());
  const rounded = new Map(
    file.graph.node.flatMap(({ opType, input, output }) =>
      opType === 'DequantizeLinear' ? [[output[0] ?? '', input[0] ?? ''] as const] : [],
    ),
  );
  const constants = new ConstantNumbers(file);
  const ops: Op[] = [];
  for (const node of file.graph.node) {
    // The scale and zero point of a whole tensor, taken from it as the network runs: they keep the units apart.
    if (node.opType === 'DynamicQuantizeLinear') for (const name of node.output.slice(1)) constant.add(name);
    // What the graphs inside a node read of this one are inputs too.
    const inner = graphsOf(node).flatMap((graph) => [...outerTensors(graph)]);
    // Of what CastLike casts like it takes the type alone.
    const given = node.opType === 'CastLike' ? node.input.slice(0, 1) : node.input;
    const read = [...given, ...inner];
    const inputs = read.filter((name) => name !== '' && !constant.has(name));
    // Maps of one size have one shape, which some exporters compute in the graph.
    const fixed =
      node.opType === 'Constant' || node.opType === 'Shape' || (read.length > 0 && inputs.length === 0);
    if (fixed) for (const name of node.output) constant.add(name);
    const output = node.output[0];
    if (fixed || output === undefined) continue;
    const meaning = onnxMeaning(node.domain, node.opType);
    const kernel = node.input[KERNEL[node.opType] ?? 1] ?? '';
    const dims = file.initializers.get(rounded.get(kernel) ?? kernel)?.header.dims;
    const convolution = meaning.role === 'convolution' ? convolutionOf(node, dims) : null;
    const role = roleOf(node, meaning, inputs, convolution !== null);
    ops.push({
      name: nameOf(node, output),
      type:
        meaning.role === 'unknown' && domainOf(node.domain) !== ''
          ? `${node.domain}:${node.opType}`
          : node.opType,
      role,
      inputs,
      output,
      meaning,
      ...(convolution !== null && { convolution }),
      ...traitsOf(node, meaning, constants),
      ...roundingOf(node, constants),
      ...(meaning.mixesImages === 'in training' && trains(node) && { training: true }),
    });
  }
  return ops;
}

/** Whether a batch norm takes its statistics from the batch. */
function trains({ attribute, output }: OnnxNode): boolean {
  const isAsked = attribute.find(({ name }) => name === 'training_mode')?.i === 1;
  // Until opset 13 where more than its first output was asked for. onnxruntime has none of before opset 7.
  return isAsked || output.filter((name) => name !== '').length > 1;
}

/** Where the lowest integer that an operation rounds to stands for 0, what is negative becomes 0. */
function roundingOf(node: OnnxNode, constants: ConstantNumbers): Pick<Op, 'rounding'> {
  const tensors = outputRounding(node);
  if (tensors === null) return {};
  if (tensors.zeroPoint !== '') return { rounding: { clipsNegative: constants.isLowest(tensors.zeroPoint) } };
  // Without a zero point it is 0, of unsigned integers where no other type is asked for.
  const type = node.attribute.find(({ name }) => name === 'output_dtype')?.i ?? 0;
  return { rounding: { clipsNegative: type === 0 || type === UINT8 } };
}

/** PyTorch's exporter numbers its nodes (`node_Conv_293`), but a kernel keeps the name of its module. */
function nameOf({ name, opType, input }: OnnxNode, output: string): string {
  const kernel = /^(.+)\.weight$/.exec(input[1] ?? '')?.[1];
  if (kernel !== undefined && opType === 'Conv' && /^node_/.test(name)) return kernel;
  return name === '' ? output : name;
}

/** The role of its row, or what the number and place of its computed inputs make of it. */
function roleOf(node: OnnxNode, { role }: Meaning, inputs: readonly string[], isConvolution: boolean): Role {
  if (role === 'convolution') return isConvolution ? role : 'other';
  if (node.input.length === 1 && VARIADIC.has(node.opType)) return 'pass';
  const isElementwise = role === 'linear' || role === 'function' || role === 'combine';
  if (inputs.length > 1) return isElementwise ? 'combine' : role === 'unknown' ? role : 'other';
  // A constant divided by the maps.
  if (node.opType === 'Div' && node.input[1] === inputs[0]) return 'function';
  return role === 'function' && BOUNDS.has(node.opType) ? 'activation' : role;
}

const BOUNDS = new Set(['Max', 'Min', 'Clip']);

/** Of one tensor alone, which exporters write where a list happens to have one, they are that tensor. */
const VARIADIC = new Set(['Concat', 'Max', 'Mean', 'Min', 'Sum']);

/** What the attributes and constants of a node say of its row. */
function traitsOf(node: OnnxNode, { role, layout }: Meaning, constants: ConstantNumbers): Partial<Op> {
  if (node.opType === 'Transpose') {
    const order = node.attribute.find(({ name }) => name === 'perm')?.ints;
    return order === undefined || order.length === 0 ? {} : { order };
  }
  if (layout === 'by attribute') {
    const said = node.attribute.find(({ name }) => name === 'channels_last')?.i;
    // com.microsoft.GroupNorm is channels last where it does not say.
    return { channelsLast: (said ?? (node.opType === 'GroupNorm' ? 1 : 0)) !== 0 };
  }
  const given = role === 'convolution' || role === 'spatial';
  if (given && layout !== 'any') return { channelsLast: layout === 'channels last' };
  if (BOUNDS.has(node.opType)) return { clamp: { low: lowerBound(node, constants) } };
  if (role !== 'linear') return {};
  const fixed = node.input.flatMap((name) => {
    const dims = constants.dims(name);
    return dims === null ? [] : [dims];
  });
  const isOne = (dims: readonly number[]): boolean => dims.every((size) => size === 1);
  return { isScalar: fixed.length === node.input.length - 1 && fixed.every(isOne) };
}

/** Below which value it cuts off; null where it does not, Infinity where that is not known. */
function lowerBound(node: OnnxNode, constants: ConstantNumbers): number | null {
  if (node.opType === 'Min') return null;
  // Clip has its bounds as attributes before opset 11.
  const attribute = node.attribute.find(({ name }) => name === 'min');
  if (attribute !== undefined) return attribute.f;
  if (node.opType === 'Clip') {
    const bound = node.input[1] ?? '';
    return bound === '' ? null : (constants.first(bound) ?? Infinity);
  }
  const [given] = node.input.filter((name) => constants.dims(name) !== null);
  return given === undefined ? null : (constants.first(given) ?? Infinity);
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
    case 'DeformConv':
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
