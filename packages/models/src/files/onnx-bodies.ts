import protobuf from 'protobufjs';
import { UnsupportedModelError } from '../errors.js';

// What of onnx.proto (ONNX IR, Apache-2.0) says how often a node is run, and what its bodies read.
const model = protobuf
  .parse(
    `
syntax = "proto3";
message Model { Graph graph = 7; repeated Function functions = 25; }
message Graph { repeated Node node = 1; repeated Tensor initializer = 5; }
message Node {
  repeated string input = 1;
  repeated string output = 2;
  string name = 3;
  string op_type = 4;
  repeated Attribute attribute = 5;
  string domain = 7;
}
message Attribute { string name = 1; int64 i = 3; Tensor t = 5; Graph g = 6; repeated Graph graphs = 11; }
message Function { string name = 1; repeated string input = 4; repeated Node node = 7; string domain = 10; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; repeated int64 int64_data = 7; string name = 8; bytes raw_data = 9; }
`,
  )
  .root.lookupType('Model');

interface BodyTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly int64Data: readonly number[];
  readonly rawData: Uint8Array;
}

interface BodyGraph {
  readonly node: readonly BodyNode[];
  readonly initializer: readonly BodyTensor[];
}

interface BodyNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly attribute: readonly {
    readonly name: string;
    readonly i: number;
    readonly t: BodyTensor | null;
    readonly g: BodyGraph | null;
    readonly graphs: readonly BodyGraph[];
  }[];
}

interface BodyFunction {
  readonly name: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly node: readonly BodyNode[];
}

const INT64 = 7;
/** Rounds of all loops inside each other; a network that needs more has another purpose. */
const MOST_ROUNDS = 100_000;
/** Nodes once every function is written out where it is called. */
const MOST_NODES = 200_000;

/** How often the nodes of a model are run, as far as its loops and functions say. */
export class OnnxBodies {
  private readonly graph: BodyGraph;
  private readonly functions: ReadonlyMap<string, BodyFunction>;
  private visited = 0;

  constructor(bytes: Uint8Array) {
    const decoded = model.toObject(model.decode(bytes), {
      longs: Number,
      defaults: true,
      arrays: true,
    }) as unknown as { graph: BodyGraph | null; functions: readonly BodyFunction[] };
    this.graph = decoded.graph ?? { node: [], initializer: [] };
    this.functions = new Map(decoded.functions.map((one) => [keyOf(one.domain, one.name), one]));
  }

  /**
   * Why the network may run for ever; null where it is known to end. A loop whose number of rounds the network computes
   * may; so may functions that call each other in a circle.
   */
  endless(): string | null {
    this.visited = 0;
    return this.look(this.graph.node, constantsOf(this.graph, new Map()), 1, []);
  }

  /** What the bodies of a node of the graph read of the graph around them. */
  reads(node: number): Set<string> {
    const read = new Set<string>();
    const graphs = bodiesOf(this.graph.node[node]);
    for (let graph = graphs.pop(); graph !== undefined; graph = graphs.pop()) {
      for (const inner of graph.node) {
        for (const name of inner.input) read.add(name);
        graphs.push(...bodiesOf(inner));
      }
    }
    return read;
  }

  private look(
    nodes: readonly BodyNode[],
    constants: ReadonlyMap<string, number>,
    rounds: number,
    calls: readonly string[],
  ): string | null {
    for (const node of nodes) {
      if (++this.visited > MOST_NODES) return `its functions make more than ${MOST_NODES} operations`;
      const found = this.lookAt(node, constants, rounds, calls);
      if (found !== null) return found;
    }
    return null;
  }

  private lookAt(
    node: BodyNode,
    constants: ReadonlyMap<string, number>,
    rounds: number,
    calls: readonly string[],
  ): string | null {
    const called = this.functions.get(keyOf(node.domain, node.opType));
    if (called !== undefined) {
      const key = keyOf(called.domain, called.name);
      if (calls.includes(key)) return `its function '${called.name}' calls itself`;
      const given = called.input.flatMap((name, i) => {
        const value = constants.get(node.input[i] ?? '');
        return value === undefined ? [] : [[name, value] as const];
      });
      const inside = constantsOf({ node: called.node, initializer: [] }, new Map(given));
      return this.look(called.node, inside, rounds, [...calls, key]);
    }
    let times = rounds;
    if (node.opType === 'Loop') {
      const count = constants.get(node.input[0] ?? '');
      if (count === undefined)
        return `how often its loop '${node.name}' goes round is not written in the file`;
      times *= Math.max(1, count);
      if (!(times <= MOST_ROUNDS)) return `its loop '${node.name}' goes round up to ${times} times`;
    }
    for (const body of bodiesOf(node)) {
      const found = this.look(body.node, constantsOf(body, constants), times, calls);
      if (found !== null) return found;
    }
    return null;
  }
}

/** Throws UnsupportedModelError where the network may run for ever. */
export function refuseEndless(bytes: Uint8Array): void {
  const reason = new OnnxBodies(bytes).endless();
  if (reason === null) return;
  throw new UnsupportedModelError(
    `the network may run for ever: ${reason}; export the network up to its last convolution, without the loop`,
  );
}

function bodiesOf(node: BodyNode | undefined): BodyGraph[] {
  return (node?.attribute ?? []).flatMap(({ g, graphs }) => [...(g === null ? [] : [g]), ...graphs]);
}

/** Whole numbers that a graph holds, and those of the graph around it. */
function constantsOf(graph: BodyGraph, outer: ReadonlyMap<string, number>): Map<string, number> {
  const constants = new Map(outer);
  const add = (name: string, value: number | undefined): void => {
    if (value !== undefined) constants.set(name, value);
  };
  for (const tensor of graph.initializer) add(tensor.name, wholeNumber(tensor));
  for (const { opType, output, attribute } of graph.node) {
    if (opType !== 'Constant') continue;
    for (const { name, t, i } of attribute) {
      if (name === 'value' && t !== null) add(output[0] ?? '', wholeNumber(t));
      else if (name === 'value_int') add(output[0] ?? '', i);
    }
  }
  return constants;
}

function wholeNumber({ dataType, dims, int64Data, rawData }: BodyTensor): number | undefined {
  if (dataType !== INT64 || dims.some((size) => size !== 1)) return undefined;
  if (rawData.byteLength < 8) return int64Data[0];
  return Number(new DataView(rawData.buffer, rawData.byteOffset).getBigInt64(0, true));
}

function keyOf(domain: string, name: string): string {
  return `${domain === 'ai.onnx' ? '' : domain} ${name}`;
}
