import type { ConvolutionKind, UnseenConvolution } from '../layer.js';
import type { Meaning, Role } from '../graph/meaning.js';
import { graphMeaning } from '../graph/tfjs-meanings.js';
import type { Convolution, Op } from '../graph/op-graph.js';

/** A node of a GraphDef as it stands in model.json. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** What its layer is called, where it is not the node's own name. */
  readonly layer?: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, GraphAttribute>>;
}

interface GraphAttribute {
  /** Base64. */
  readonly s?: string;
  readonly b?: boolean;
  readonly list?: { readonly s?: readonly string[] };
  readonly tensor?: { readonly tensorShape?: { readonly dim?: readonly { size: string | number }[] } };
}

const CONVOLUTIONS: Record<string, ConvolutionKind> = {
  Conv2D: 'conv',
  _FusedConv2D: 'conv',
  DepthwiseConv2dNative: 'depthwise',
  FusedDepthwiseConv2dNative: 'depthwise',
  Conv2DBackpropInput: 'transposed',
};
/** A function of the graph's library: the body of a branch or a loop. */
export interface GraphFunction {
  readonly signature?: { readonly name?: string };
  readonly nodeDef?: readonly GraphNode[];
}

/** The convolutions of functions, which branches and loops call, and those of other than two dimensions. */
export function unseenNodes(
  nodes: readonly GraphNode[],
  functions: readonly GraphFunction[],
): UnseenConvolution[] {
  const inner = functions.flatMap(({ signature, nodeDef = [] }) =>
    nodeDef
      .filter(({ op }) => graphMeaning(op).role === 'convolution')
      .map(({ name }) => ({
        name,
        reason: `inside the function '${signature?.name ?? ''}' of a branch or a loop: export the network without them`,
      })),
  );
  const others = nodes
    .filter(({ op }) => op === 'Conv1D' || op === 'Conv3D')
    .map(({ name, op }) => ({ name, reason: `${op} makes no N×N maps` }));
  return [...inner, ...others];
}

/** A tensor's name without `^` and the `:0` of a first output. */
function tensorName(input: string): string {
  return input.replace(/^\^/, '').replace(/:0$/, '');
}

/** The values of a constant, or null where it is none. */
export type ConstantValues = (name: string) => readonly number[] | null;

/** The nodes of a GraphDef as operations in which taps are found, in an order in which they can run. */
export function graphOps(nodes: readonly GraphNode[], valuesOf: ConstantValues = () => null): Op[] {
  const constant = new Set<string>();
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const ops: Op[] = [];
  for (const node of inRunningOrder(nodes)) {
    const sources = dataInputs(node);
    const inputs = sources.filter((name) => !constant.has(nodeOf(name)));
    if (node.op === 'Const' || (sources.length > 0 && inputs.length === 0)) {
      constant.add(node.name);
      continue;
    }
    const convolution = convolutionOf(node);
    const meaning = graphMeaning(node.op);
    ops.push({
      name: node.layer ?? node.name,
      type: node.op,
      role: roleOf(node, meaning, sources, inputs),
      inputs,
      output: node.name,
      meaning,
      ...(convolution !== null && { convolution }),
      ...traitsOf(node, meaning, sources, byName, valuesOf),
      ...(meaning.mixesImages === 'in training' &&
        node.attr?.['is_training']?.b === true && { training: true }),
    });
  }
  return ops;
}

// Those that have one input and need nothing of the convolution but its attribute alpha.
const SEPARABLE_ACTIVATIONS = new Set(['Relu', 'Relu6', 'Elu', 'Sigmoid', 'LeakyRelu']);

/** The same graph with the activations of fused convolutions as nodes of their own, so that what comes before can be read. */
export function unfusedNodes(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.flatMap((node) => {
    const fused = node.attr?.['fused_ops']?.list?.s ?? [];
    const activation = decodeText(fused.at(-1) ?? '');
    if (convolutionOf(node) === null || !SEPARABLE_ACTIVATIONS.has(activation)) return [node];
    const { T: type, leakyrelu_alpha: alpha } = node.attr ?? {};
    const linear = `${node.name}/linear`;
    return [
      {
        ...node,
        name: linear,
        layer: node.name,
        attr: { ...node.attr, fused_ops: { list: { s: fused.slice(0, -1) } } },
      },
      {
        name: node.name,
        op: activation,
        input: [linear],
        attr: { ...(type && { T: type }), ...(alpha && { alpha }) },
      },
    ];
  });
}

/** Where the graph keeps its maps as [image, channel, y, x], the first node that does. */
export function channelsFirstNode(nodes: readonly GraphNode[]): GraphNode | undefined {
  return nodes.find((node) => decodeText(node.attr?.['data_format']?.s ?? '').startsWith('NCHW'));
}

/** The constant that holds a convolution's kernel, through the identities that stand between. */
export function kernelName(nodes: readonly GraphNode[], convolution: string): string | null {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const input = byName.get(convolution)?.input?.[1];
  let node = input === undefined ? undefined : byName.get(nodeOf(tensorName(input)));
  while (node?.op === 'Identity') node = byName.get(nodeOf(tensorName(node.input?.[0] ?? '')));
  return node?.op === 'Const' ? node.name : null;
}

function dataInputs(node: GraphNode): string[] {
  return (node.input ?? []).filter((input) => !input.startsWith('^')).map(tensorName);
}

function nodeOf(tensor: string): string {
  return tensor.replace(/:\d+$/, '');
}

/** The role of its row, or what the number and place of its computed inputs make of it. */
function roleOf(
  { op }: GraphNode,
  { role }: Meaning,
  sources: readonly string[],
  inputs: readonly string[],
): Role {
  if (role === 'convolution' || role === 'unknown') return role;
  // A list of one tensor; the axis is the last input of ConcatV2 and the first of Concat.
  if ((/^Concat/.test(op) && sources.length === 2) || (op === 'AddN' && sources.length === 1)) return 'pass';
  if (inputs.length > 1) return role === 'linear' || role === 'function' ? 'combine' : 'other';
  // A constant divided by the maps.
  if (/Div/.test(op) && sources[1] === inputs[0]) return 'function';
  return BOUNDS.has(op) ? 'activation' : role;
}

const BOUNDS = new Set(['Maximum', 'Minimum', 'ClipByValue']);

/** What the attributes and constants of a node say of its row. */
function traitsOf(
  { op }: GraphNode,
  { role, layout }: Meaning,
  sources: readonly string[],
  byName: ReadonlyMap<string, GraphNode>,
  valuesOf: ConstantValues,
): Partial<Op> {
  if (role === 'convolution') return { channelsLast: true };
  if (role === 'spatial' && layout === 'channels last') return { channelsLast: true };
  const constant = (at: number): readonly number[] | null => valuesOf(nodeOf(sources[at] ?? ''));
  if (op === 'Transpose') return { order: constant(1) ?? [] };
  if (op === 'Minimum') return { clamp: { low: null } };
  if (BOUNDS.has(op)) return { clamp: { low: (constant(1) ?? constant(0))?.[0] ?? Infinity } };
  if (role !== 'linear') return {};
  const fixed = sources.flatMap((name) => {
    const node = byName.get(nodeOf(name));
    return node?.op === 'Const' ? [node] : [];
  });
  const sizes = ({ attr }: GraphNode): readonly { size: string | number }[] =>
    attr?.['value']?.tensor?.tensorShape?.dim ?? [];
  const isOne = (node: GraphNode): boolean => sizes(node).every(({ size }) => Number(size) === 1);
  return { isScalar: fixed.length === sources.length - 1 && fixed.every(isOne) };
}

function convolutionOf(node: GraphNode): Convolution | null {
  const kind = CONVOLUTIONS[node.op];
  if (kind === undefined) return null;
  const fused = (node.attr?.['fused_ops']?.list?.s ?? []).map(decodeText);
  const activation = fused.find((name) => name !== 'BiasAdd' && name !== 'FusedBatchNorm');
  return { kind, fused: activation ?? null };
}

function decodeText(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}

/** Inputs before what reads them; among equals the order of the file. */
function inRunningOrder(nodes: readonly GraphNode[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const done = new Set<string>();
  const ordered: GraphNode[] = [];
  for (const root of nodes) {
    // A stack in place of recursion: networks are deeper than the call stack is sure to be.
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const waiting = (node.input ?? [])
        .map((input) => byName.get(nodeOf(tensorName(input))))
        .filter((source) => source !== undefined && !done.has(source.name) && !stack.includes(source));
      const next = waiting[0];
      if (next !== undefined) {
        stack.push(next);
        continue;
      }
      stack.pop();
      if (!done.has(node.name)) ordered.push(node);
      done.add(node.name);
    }
  }
  return ordered;
}
