import type { ConvolutionKind } from './layer.js';
import type { Convolution, Op, Role } from './op-graph.js';

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
  readonly list?: { readonly s?: readonly string[] };
}

const CONVOLUTIONS: Record<string, ConvolutionKind> = {
  Conv2D: 'conv',
  _FusedConv2D: 'conv',
  DepthwiseConv2dNative: 'depthwise',
  FusedDepthwiseConv2dNative: 'depthwise',
  Conv2DBackpropInput: 'transposed',
};
const ACTIVATIONS = new Set(
  (
    'Relu Relu6 LeakyRelu Prelu Elu Selu Sigmoid Tanh Softplus Softsign Erf Exp Log Log1p Expm1 Abs Neg Sqrt ' +
    'Rsqrt Square Reciprocal ClipByValue Step'
  ).split(' '),
);
const LINEAR = new Set('BiasAdd FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 Identity'.split(' '));
const ARITHMETIC = new Set('Add AddV2 AddN Sub Mul RealDiv Div'.split(' '));
const BENDING = new Set('Maximum Minimum Pow SquaredDifference'.split(' '));

/** A tensor's name without `^` and the `:0` of a first output. */
function tensorName(input: string): string {
  return input.replace(/^\^/, '').replace(/:0$/, '');
}

/** The nodes of a GraphDef as operations in which taps are found, in an order in which they can run. */
export function graphOps(nodes: readonly GraphNode[]): Op[] {
  const constant = new Set<string>();
  const ops: Op[] = [];
  for (const node of inRunningOrder(nodes)) {
    const sources = dataInputs(node);
    const inputs = sources.filter((name) => !constant.has(nodeOf(name)));
    if (node.op === 'Const' || (sources.length > 0 && inputs.length === 0)) {
      constant.add(node.name);
      continue;
    }
    const convolution = convolutionOf(node);
    ops.push({
      name: node.layer ?? node.name,
      type: node.op,
      role: convolution === null ? roleOf(node.op, inputs.length) : 'convolution',
      inputs,
      output: node.name,
      ...(convolution !== null && { convolution }),
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

function roleOf(op: string, computedInputs: number): Role {
  if (computedInputs > 1) return ARITHMETIC.has(op) || BENDING.has(op) ? 'combine' : 'other';
  if (ACTIVATIONS.has(op) || BENDING.has(op)) return 'activation';
  return LINEAR.has(op) || ARITHMETIC.has(op) ? 'linear' : 'other';
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
