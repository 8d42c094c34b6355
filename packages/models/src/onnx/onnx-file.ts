import protobuf from 'protobufjs';
import { UnreadableModelError, UnsupportedModelError } from '../errors.js';
import { loadOnnx } from '../files/onnx-external.js';
import { decodeTensorHeader, type OnnxTensor } from '../files/tensor-header.js';
import { onnxMeaning } from '../graph/onnx-meanings.js';
import { plainGraph } from './plain-graph.js';

// The part of onnx.proto (ONNX IR, Apache-2.0) that is read here. Initializers stay bytes: a network's
// weights are most of its file, and only headers, or one kernel at a time, are decoded.
const SCHEMA = `
syntax = "proto3";
message Model { Graph graph = 7; repeated Opset opset_import = 8; }
message Opset { string domain = 1; int64 version = 2; }
message Graph {
  repeated Node node = 1;
  repeated bytes initializer = 5;
  repeated Value input = 11;
  repeated Value output = 12;
  repeated Value value_info = 13;
}
message Node {
  repeated string input = 1;
  repeated string output = 2;
  string name = 3;
  string op_type = 4;
  repeated Attribute attribute = 5;
  string domain = 7;
}
message Attribute { string name = 1; float f = 2; int64 i = 3; bytes s = 4; bytes t = 5; bytes g = 6;
  repeated float floats = 7; repeated int64 ints = 8; repeated bytes graphs = 11; int32 type = 20; string ref_attr_name = 21; }
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`;

export interface OnnxNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly attribute: readonly OnnxAttribute[];
}

export interface OnnxAttribute {
  readonly name: string;
  readonly f: number;
  readonly i: number;
  readonly s: Uint8Array;
  readonly t: Uint8Array;
  /** A graph, and several of them. */
  readonly g: Uint8Array;
  readonly graphs: readonly Uint8Array[];
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

interface OnnxDimension {
  readonly value?: 'dimValue' | 'dimParam';
  readonly dimValue?: number;
}

interface OnnxValue {
  readonly name: string;
  readonly type: {
    tensorType: { elemType: number; shape: { dim: readonly OnnxDimension[] } | null } | null;
  } | null;
}

export interface OnnxGraph {
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly Uint8Array[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly OnnxValue[];
  readonly valueInfo: readonly OnnxValue[];
}

export interface OnnxFile {
  /** The version of ONNX's own operations; 0 where the file does not say. */
  readonly opset: number;
  readonly bytes: Buffer;
  readonly graph: OnnxGraph;
  readonly initializers: ReadonlyMap<string, { header: OnnxTensor; bytes: Uint8Array }>;
  /** Values of initializers that lay in other files, by the location that `bytes` give for them. */
  readonly external: ReadonlyMap<string, Uint8Array>;
}

const DECODED = { longs: Number, defaults: true, arrays: true, oneofs: true } as const;
// AttributeProto.AttributeType
const INT = 2;
// TensorProto.DataType
export const FLOAT = 1;
export const FLOAT16 = 10;

const schema = protobuf.parse(SCHEMA).root;

function decode(type: string, bytes: Uint8Array): unknown {
  const message = schema.lookupType(type);
  return message.toObject(message.decode(bytes), DECODED);
}

/** Reads an ONNX file, and what it names, without decoding its weights. Throws UnreadableModelError. */
export async function readOnnx(path: string): Promise<OnnxFile> {
  const { bytes, external } = await loadOnnx(path);
  return decodeOnnx(path, bytes, external);
}

/** The same of bytes that were read, its functions in place of their calls. `external` is what loadOnnx has found. Throws UnreadableModelError. */
export function decodeOnnx(
  path: string,
  bytes: Buffer,
  external: OnnxFile['external'] = new Map(),
): OnnxFile {
  try {
    const plain = plainGraph(bytes);
    const { graph, opsetImport } = decode('Model', plain) as {
      graph: OnnxGraph | null;
      opsetImport: readonly { domain: string; version: number }[];
    };
    const standard = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
    if (graph === null || graph.node.length === 0) throw new Error('no graph with nodes in it');
    refuseBlocked(path, graph);
    const initializers = new Map(
      graph.initializer.map((initializer) => {
        const header = decodeTensorHeader(initializer);
        return [header.name, { header, bytes: initializer }] as const;
      }),
    );
    return { opset: standard?.version ?? 0, bytes: plain, graph, initializers, external };
  } catch (cause) {
    if (cause instanceof UnsupportedModelError) throw cause;
    throw new UnreadableModelError(`${path}: expected an ONNX model; ${messageOf(cause)}`, { cause });
  }
}

/** Throws UnsupportedModelError for operations that read otherwise on another machine. */
function refuseBlocked(path: string, { node }: OnnxGraph): void {
  for (const { domain, opType, name, output } of node) {
    const { refused } = onnxMeaning(domain, opType);
    if (refused === undefined) continue;
    throw new UnsupportedModelError(
      `${path}: its operation '${name === '' ? (output[0] ?? '') : name}' (${opType} of ${domain}) ${refused}`,
    );
  }
}

/** A node to be added behind all others; its attributes are integers. */
export interface AddedNode {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: string;
  readonly ints?: Readonly<Record<string, number>>;
}

/**
 * A model's bytes with more nodes behind its own and more tensors as outputs, which it must not have yet: protobuf
 * merges a second `graph` field into the first, so nothing is parsed or written anew.
 */
export function withOutputs(
  model: Uint8Array,
  names: readonly string[],
  nodes: readonly AddedNode[] = [],
): Uint8Array {
  const output = names.map((name) => ({ name }));
  const node = nodes.map(({ opType, input, output: made, ints = {} }) => ({
    opType,
    input,
    output: [made],
    attribute: Object.entries(ints).map(([name, i]) => ({ name, i, type: INT })),
  }));
  const message = schema.lookupType('Model');
  return Buffer.concat([model, message.encode(message.fromObject({ graph: { node, output } })).finish()]);
}

/** The input and output fields of a graph with these ports. */
export function encodeGraph(
  feeds: readonly { name: string; elemType: number; shape?: readonly (number | null)[] }[],
  outputs: readonly string[],
): Uint8Array {
  const input = feeds.map(({ name, elemType, shape }) => ({
    name,
    type: {
      tensorType: {
        elemType,
        ...(shape && {
          shape: {
            dim: shape.map((size, axis) =>
              size === null ? { dimParam: axis === 0 ? 'images' : `size ${axis}` } : { dimValue: size },
            ),
          },
        }),
      },
    },
  }));
  const message = schema.lookupType('Graph');
  return message.encode(message.fromObject({ input, output: outputs.map((name) => ({ name })) })).finish();
}

/** The sizes that the file declares of its tensors; null where a size is open. */
export function declaredShapes(file: OnnxFile): Map<string, (number | null)[]> {
  const values = [...file.graph.valueInfo, ...file.graph.output];
  return new Map(
    values.flatMap(({ name, type }) => {
      const shape = type?.tensorType?.shape;
      return shape ? [[name, shape.dim.map(sizeOf)] as const] : [];
    }),
  );
}

/** A declared size, or null where it is open. */
export function sizeOf(dim: OnnxDimension): number | null {
  return dim.value === 'dimValue' && dim.dimValue !== undefined && dim.dimValue > 0 ? dim.dimValue : null;
}

export function decodeNode(bytes: Uint8Array): OnnxNode {
  return decode('Node', bytes) as OnnxNode;
}

export function decodeGraph(bytes: Uint8Array): OnnxGraph {
  return decode('Graph', bytes) as OnnxGraph;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
