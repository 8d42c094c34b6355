import protobuf from 'protobufjs';
import {
  decodeTensorHeader,
  encodeGraph,
  FLOAT,
  FLOAT16,
  type OnnxFile,
  type OnnxNode,
} from './onnx-file.js';
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
 * copied as they are; weights that no node reads are left out.
 */
export function subgraph(
  file: OnnxFile,
  nodes: readonly OnnxNode[],
  feeds: readonly OnnxFeed[],
  outputs: readonly string[],
): Uint8Array {
  const kept = new Set(nodes);
  const read = new Set(nodes.flatMap(({ input }) => input));
  let [nextNode, nextInput] = [0, 0];
  const graph: Uint8Array[] = [];
  const model: Uint8Array[] = [];
  for (const field of fieldsOf(file.bytes)) {
    if (field.number !== GRAPH) {
      model.push(field.whole);
      continue;
    }
    for (const { number, whole, content } of fieldsOf(field.content)) {
      const isKept = (): boolean => {
        switch (number) {
          case NODE:
            return kept.has(file.graph.node[nextNode++] as OnnxNode);
          case INITIALIZER:
            return read.has(decodeTensorHeader(content).name);
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
  const content = Buffer.concat(graph);
  const head = protobuf.Writer.create()
    .uint32((GRAPH << 3) | 2)
    .uint32(content.length)
    .finish();
  return Buffer.concat([...model, head, content]);
}

// Operations whose bodies may read any tensor of the graph around them.
const BODIES = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** The bytes of what leads from the images to given tensors, or null where that cannot be told. */
export function leadingTo(file: OnnxFile, feed: OnnxInput, wanted: readonly string[]): Uint8Array | null {
  const { node: nodes } = file.graph;
  if (wanted.length === 0 || nodes.some(({ opType }) => BODIES.has(opType))) return null;
  const needed = new Set(wanted);
  // Nodes stand in an order in which they can run.
  const kept = nodes.toReversed().filter(({ input, output }) => {
    const isNeeded = output.some((name) => needed.has(name));
    if (isNeeded) for (const name of input) needed.add(name);
    return isNeeded;
  });
  const { name, batch, channels, height, width, channelsLast, type } = feed;
  const shape = channelsLast ? [batch, height, width, channels] : [batch, channels, height, width];
  const elemType = type === 'float16' ? FLOAT16 : FLOAT;
  return subgraph(file, kept, [{ name, elemType, shape }], wanted);
}

interface WireField {
  readonly number: number;
  /** With its tag. */
  readonly whole: Uint8Array;
  /** Of a field that has a length. */
  readonly content: Uint8Array;
}

function* fieldsOf(bytes: Uint8Array): Generator<WireField> {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    let content = start;
    if ((tag & 7) === 2) {
      const length = reader.uint32();
      content = reader.pos;
      reader.skip(length);
    } else reader.skipType(tag & 7);
    yield {
      number: tag >>> 3,
      whole: bytes.subarray(start, reader.pos),
      content: bytes.subarray(content, reader.pos),
    };
  }
}
