import { fieldsOf, wireField } from '../files/wire-fields.js';
import { unfusedConvolution } from './fused-convolution.js';
import { Renaming } from './renaming.js';
import { encodeNode } from './encode-node.js';
import {
  contentsOf,
  FUNCTION,
  GRAPH,
  MODEL,
  NODE,
  opsetOf,
  textField,
  textsOf,
  withGraphs,
} from './wire-texts.js';

/** A local function of a model. */
interface LocalFunction {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly Uint8Array[];
  /** Values of attributes that a call does not give. */
  readonly defaults: readonly Uint8Array[];
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
}

/** Functions may not call themselves, and files of others may do it anyway. */
const DEEPEST = 64;
const MOST_NODES = 1_000_000;

/**
 * The bytes of a model with the bodies of its local functions in place of the nodes that call them, so that every tensor
 * can be looked at, and with the operations that onnxruntime fused into a convolution apart again. A function of another
 * opset than the model's is left as it is. Throws RangeError where functions call themselves.
 */
export function plainGraph(model: Buffer): Buffer {
  const functions = new Map(
    contentsOf(model, MODEL.function).map((bytes) => [keyOf(bytes, FUNCTION), functionOf(bytes)]),
  );
  const graphs = contentsOf(model, MODEL.graph);
  if (functions.size === 0 && !graphs.some(isFused)) return model;
  const graph = Buffer.concat(graphs);
  const opsets = new Map(
    contentsOf(model, MODEL.opset).map((bytes) => {
      const { domain, version } = opsetOf(bytes);
      return [domain, version] as const;
    }),
  );
  const expansion = new Expansion(functions, opsets);
  const changed = expansion.graph(graph, 0);
  if (changed === graph) return model;
  const kept = [...fieldsOf(model)].filter(
    ({ number }) => number !== MODEL.graph && (number !== MODEL.function || expansion.leftCalls),
  );
  const imports = [...expansion.imports].flatMap(([domain, version]) =>
    wireField(MODEL.opset, opsetBytes(domain, version)),
  );
  return Buffer.concat([...kept.map(({ whole }) => whole), ...imports, ...wireField(MODEL.graph, changed)]);
}

/** Whether nodes of a graph, or of one inside them, are fused; weights, which are most of a file, are not looked through. */
function isFused(graph: Uint8Array): boolean {
  return contentsOf(graph, GRAPH.node).some((node) =>
    Buffer.from(node.buffer, node.byteOffset, node.byteLength).includes('FusedConv'),
  );
}

function opsetBytes(domain: string, version: number): Uint8Array {
  return Buffer.concat([...textField(1, domain), Uint8Array.of(2 << 3, ...varint(version))]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function keyOf(
  message: Uint8Array,
  fields: { name?: number; opType?: number; domain: number; overload: number },
): string {
  const text = (number: number): string => textsOf(message, number).at(-1) ?? '';
  const domain = text(fields.domain);
  const name = text(fields.opType ?? fields.name ?? 0);
  return JSON.stringify([domain === 'ai.onnx' ? '' : domain, name, text(fields.overload)]);
}

function functionOf(message: Uint8Array): LocalFunction {
  return {
    inputs: textsOf(message, FUNCTION.input),
    outputs: textsOf(message, FUNCTION.output),
    nodes: contentsOf(message, FUNCTION.node),
    defaults: contentsOf(message, FUNCTION.defaults),
    opsets: contentsOf(message, FUNCTION.opset).map(opsetOf),
  };
}

class Expansion {
  /** Opsets that functions import and the model does not. */
  readonly imports = new Map<string, number>();
  /** Whether a function is still called. */
  leftCalls = false;
  private readonly prefixes = new Set<string>();
  private made = 0;

  constructor(
    private readonly functions: ReadonlyMap<string, LocalFunction>,
    private readonly opsets: ReadonlyMap<string, number>,
  ) {}

  /** A graph with its calls expanded; the same bytes where it has none. */
  graph(graph: Uint8Array, depth: number): Uint8Array {
    const pieces = [...fieldsOf(graph)].map((field) => {
      if (field.number !== GRAPH.node || field.content === null) return null;
      const nodes = this.node(field.content, depth);
      return nodes.length === 1 && nodes[0] === field.content ? null : nodes;
    });
    if (pieces.every((nodes) => nodes === null)) return graph;
    return Buffer.concat(
      [...fieldsOf(graph)].flatMap(({ whole }, at) => {
        const nodes = pieces[at];
        return nodes == null ? [whole] : nodes.flatMap((node) => wireField(GRAPH.node, node));
      }),
    );
  }

  private node(node: Uint8Array, depth: number): Uint8Array[] {
    if (++this.made > MOST_NODES || depth > DEEPEST) throw new RangeError('local functions that do not end');
    const called = this.functions.get(keyOf(node, NODE));
    if (called !== undefined && this.isImported(called)) {
      return this.body(called, node).flatMap((inner) => this.node(inner, depth + 1));
    }
    if (called !== undefined) this.leftCalls = true;
    const unfused = unfusedConvolution(node, this.opsets.get('') ?? 0);
    if (unfused !== null) return unfused;
    return [this.withInnerGraphs(node, depth)];
  }

  /** Whether its operations mean in the model what they mean in the function. */
  private isImported({ opsets }: LocalFunction): boolean {
    const known = (domain: string): number | undefined => this.opsets.get(domain) ?? this.imports.get(domain);
    const fits = opsets.every(({ domain, version }) => (known(domain) ?? version) === version);
    if (fits) {
      for (const { domain, version } of opsets)
        if (known(domain) === undefined) this.imports.set(domain, version);
    }
    return fits;
  }

  /** The nodes of a function as one call of it has them. */
  private body(called: LocalFunction, call: Uint8Array): Uint8Array[] {
    const [inputs, outputs] = [textsOf(call, NODE.input), textsOf(call, NODE.output)];
    const prefix = this.prefix(
      [...textsOf(call, NODE.name), ...outputs].find((text) => text !== '') ?? 'call',
    );
    const names = new Map(called.inputs.map((name, at) => [name, inputs[at] ?? '']));
    // An output that is an input as it came.
    const handed: Uint8Array[] = [];
    for (const [at, name] of called.outputs.entries()) {
      const output = outputs[at] ?? '';
      if (output === '') continue;
      const given = names.get(name);
      if (given === undefined) names.set(name, output);
      else handed.push(encodeNode({ opType: 'Identity', input: [given], output }));
    }
    const attributes = [...called.defaults, ...contentsOf(call, NODE.attribute)];
    const renaming = new Renaming(prefix, names, attributes);
    return [...called.nodes.map((node) => renaming.node(node)), ...handed];
  }

  private prefix(wanted: string): string {
    let unique = wanted;
    for (let copy = 2; this.prefixes.has(unique); copy++) unique = `${wanted}#${copy}`;
    this.prefixes.add(unique);
    return unique;
  }

  private withInnerGraphs(node: Uint8Array, depth: number): Uint8Array {
    return withGraphs(node, (graph) => this.graph(graph, depth + 1));
  }
}
