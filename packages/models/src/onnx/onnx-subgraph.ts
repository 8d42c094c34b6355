import { decodeTensorHeader } from '../files/tensor-header.js';
import { fieldsOf, wireField } from '../files/wire-fields.js';
import { encodeGraph, FLOAT, type OnnxFile, type OnnxNode } from './onnx-file.js';
import { OnnxBodies } from '../files/onnx-bodies.js';
import type { OnnxInput } from './onnx-input.js';

/** A tensor that a part of a network is fed with. `shape` where it is known; null is an open size. */
export interface OnnxFeed {
  readonly name: string;
  /** TensorProto.DataType. */
  readonly elemType: number;
  readonly shape?: readonly (number | null)[];
}

// Fields of ModelProto and GraphProto.
const GRAPH = 7;
const NODE = 1;
const NAME = 2;
const INITIALIZER = 5;
const INPUT = 11;
const SPARSE_INITIALIZER = 15;

/**
 * The bytes of a model that consists of some nodes of a file, from given tensors to wanted ones. Nodes and weights are
 * copied as they are; weights that no node reads, nor a body (`alsoRead`), are left out.
 */
export function subgraph(
  file: OnnxFile,
  nodes: readonly OnnxNode[],
  feeds: readonly OnnxFeed[],
  outputs: readonly string[],
  alsoRead: Iterable<string> = [],
): Uint8Array {
  const kept = new Set(nodes);
  const read = new Set([...nodes.flatMap(({ input }) => input), ...alsoRead]);
  let [nextNode, nextInput] = [0, 0];
  const graph: Uint8Array[] = [];
  const model: Uint8Array[] = [];
  for (const field of fieldsOf(file.bytes)) {
    if (field.number !== GRAPH || field.content === null) {
      model.push(field.whole);
      continue;
    }
    for (const { number, whole, content } of fieldsOf(field.content)) {
      const isKept = (): boolean => {
        switch (number) {
          case NODE:
            return kept.has(file.graph.node[nextNode++] as OnnxNode);
          case INITIALIZER:
            return content !== null && read.has(decodeTensorHeader(content).name);
          // Files of the first versions of ONNX list their weights among the inputs, and have to.
          case INPUT: {
            const { name = '' } = file.graph.input[nextInput++] ?? {};
            return read.has(name) && file.initializers.has(name);
          }
          default:
            return number === NAME || number === SPARSE_INITIALIZER;
        }
      };
      if (isKept()) graph.push(whole);
    }
  }
  graph.push(encodeGraph(feeds, outputs));
  return Buffer.concat([...model, ...wireField(GRAPH, Buffer.concat(graph))]);
}

// Operations whose bodies may read any tensor of the graph around them.
const BODIES = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** The bytes of what leads from the images to given tensors, or null where that cannot be told. */
export function leadingTo(
  file: OnnxFile,
  feed: OnnxInput,
  wanted: readonly string[],
  bodies: OnnxBodies = new OnnxBodies(file.bytes),
): Uint8Array | null {
  const { node: nodes } = file.graph;
  if (wanted.length === 0) return null;
  const hasBodies = nodes.some(({ opType }) => BODIES.has(opType));
  if (hasBodies && bodies.endless() === null) return null;
  const needed = new Set(wanted);
  // Nodes stand in an order in which they can run.
  const kept = [...nodes.entries()].toReversed().flatMap(([index, node]) => {
    if (!node.output.some((name) => needed.has(name))) return [];
    for (const name of [...node.input, ...(hasBodies ? bodies.reads(index) : [])]) needed.add(name);
    return [node];
  });
  const { name, batch, channels, height, width, channelsLast } = feed;
  const shape = channelsLast ? [batch, height, width, channels] : [batch, channels, height, width];
  return subgraph(file, kept, [{ name, elemType: FLOAT, shape }], wanted);
}
