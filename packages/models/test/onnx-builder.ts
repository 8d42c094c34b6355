import protobuf from 'protobufjs';
import { narrowFloat16 } from '@unitscope/base';

// What the tests write of onnx.proto, apart from what `src` reads of it.
const { root } = protobuf.parse(`
syntax = "proto3";
message Model { int64 ir_version = 1; repeated Opset opset_import = 8; Graph graph = 7; repeated Function functions = 25; }
message Function {
  string name = 1; repeated string input = 4; repeated string output = 5; repeated string attribute = 6;
  repeated Node node = 7; repeated Opset opset_import = 9; string domain = 10;
}
message Opset { string domain = 1; int64 version = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
  repeated Value input = 11; repeated Value output = 12; repeated Value value_info = 13;
}
message Node {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated Attribute attribute = 5; string domain = 7;
}
message Attribute {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; Tensor t = 5; Graph g = 6; repeated float floats = 7; repeated int64 ints = 8;
  int32 type = 20; string ref_attr_name = 21;
}
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message Tensor {
  repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; string name = 8; bytes raw_data = 9;
  repeated Entry external_data = 13; int32 data_location = 14;
}
message Entry { string key = 1; string value = 2; }
`);

interface NodeSpec {
  op: string;
  name?: string;
  inputs: string[];
  output: string;
  /** Where the node makes more than one tensor. */
  outputs?: string[];
  ints?: Record<string, number[]>;
  int?: Record<string, number>;
  float?: Record<string, number>;
  floats?: Record<string, number[]>;
  text?: Record<string, string>;
  tensors?: Record<string, TensorSpec>;
  /** Attributes that are those of a function's call. */
  references?: Record<string, string>;
  graphs?: Record<string, BodySpec>;
  domain?: string;
}

/** A graph inside a node; it reads tensors of the one around it. */
interface BodySpec {
  nodes: NodeSpec[];
  output: string;
}

export interface FunctionSpec {
  domain: string;
  name: string;
  inputs: string[];
  outputs: string[];
  attributes?: string[];
  nodes: NodeSpec[];
  /** Of ONNX; default: the model's. */
  opset?: number;
}

export interface TensorSpec {
  dims: number[];
  values: readonly number[];
  /** Where the values lie when not in the file. */
  location?: string;
  /** Write them as `float_data`, not as raw bytes. */
  plain?: boolean;
  type?: Exclude<keyof typeof TYPES, 'float'>;
}

export interface OnnxSpec {
  input: (number | string)[];
  nodes: NodeSpec[];
  weights: Record<string, TensorSpec>;
  output: string;
  opset?: number;
  functions?: FunctionSpec[];
  /** Of the input. Default: float. */
  inputType?: keyof typeof TYPES;
  /** Shapes that the file declares of its tensors, besides its input. */
  shapes?: Record<string, (number | string)[]>;
}

const TYPES = { float: 1, uint8: 2, int8: 3, int64: 7, bool: 9, float16: 10 };

/** The bytes of an ONNX model with one float input called `image`. */
export function onnxBytes({
  input,
  nodes,
  weights,
  output,
  opset = 17,
  inputType = 'float',
  shapes = {},
  functions = [],
}: OnnxSpec): Uint8Array {
  const value = (name: string, dims: (number | string)[], type: keyof typeof TYPES = 'float') => ({
    name,
    type: {
      tensorType: {
        elemType: TYPES[type],
        shape: { dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })) },
      },
    },
  });
  const message = root.lookupType('Model');
  const model = message.fromObject({
    irVersion: opset > 20 ? 10 : 8,
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1 },
      ...[...new Set(functions.map(({ domain }) => domain))].map((domain) => ({ domain, version: 1 })),
    ],
    functions: functions.map((spec) => functionMessage(spec, opset)),
    graph: {
      name: 'test',
      node: nodes.map(nodeMessage),
      initializer: Object.entries(weights).map(([name, tensor]) => initializer(name, tensor)),
      input: [value('image', input, inputType)],
      output: [shapes[output] === undefined ? { name: output } : value(output, shapes[output])],
      valueInfo: Object.entries(shapes)
        .filter(([name]) => name !== output)
        .map(([name, dims]) => value(name, dims)),
    },
  });
  return message.encode(model).finish();
}

function nodeMessage({
  op,
  name = '',
  inputs,
  output: first,
  outputs: made = [first],
  ints = {},
  int = {},
  float = {},
  floats = {},
  text = {},
  tensors = {},
  references = {},
  graphs = {},
  domain = '',
}: NodeSpec): object {
  return {
    opType: op,
    name,
    domain,
    input: inputs,
    output: made,
    attribute: [
      ...Object.entries(ints).map(([key, list]) => ({ name: key, ints: list, type: 7 })),
      ...Object.entries(int).map(([key, i]) => ({ name: key, i, type: 2 })),
      ...Object.entries(float).map(([key, f]) => ({ name: key, f, type: 1 })),
      ...Object.entries(floats).map(([key, list]) => ({ name: key, floats: list, type: 6 })),
      ...Object.entries(text).map(([key, value]) => ({ name: key, s: Buffer.from(value), type: 3 })),
      ...Object.entries(tensors).map(([key, t]) => ({ name: key, t: initializer('', t), type: 4 })),
      ...Object.entries(references).map(([key, of]) => ({ name: key, refAttrName: of, type: 2 })),
      ...Object.entries(graphs).map(([key, { nodes, output }]) => ({
        name: key,
        g: {
          name: key,
          node: nodes.map(nodeMessage),
          output: [{ name: output, type: { tensorType: { elemType: TYPES.float } } }],
        },
        type: 5,
      })),
    ],
  };
}

function functionMessage(
  { domain, name, inputs, outputs, attributes = [], nodes, opset }: FunctionSpec,
  modelOpset: number,
): object {
  return {
    domain,
    name,
    input: inputs,
    output: outputs,
    attribute: attributes,
    node: nodes.map(nodeMessage),
    opsetImport: [
      { domain: '', version: opset ?? modelOpset },
      ...[...new Set(nodes.map((node) => node.domain ?? ''))]
        .filter((one) => one !== '')
        .map((one) => ({ domain: one, version: 1 })),
    ],
  };
}

function initializer(name: string, { dims, values, location, plain = false, type }: TensorSpec): object {
  const dataType = type === undefined ? TYPES.float : TYPES[type];
  if (location !== undefined) {
    return { name, dims, dataType, dataLocation: 1, externalData: [{ key: 'location', value: location }] };
  }
  if (plain) return { name, dims, dataType, floatData: values };
  return { name, dims, dataType, rawData: new Uint8Array(raw(values, type).buffer) };
}

function raw(values: readonly number[], type: TensorSpec['type']): { buffer: ArrayBuffer } {
  switch (type) {
    case 'int8':
      return Int8Array.from(values);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(values);
    case 'int64':
      return BigInt64Array.from(values, BigInt);
    case 'float16':
      return Uint16Array.from(values, narrowFloat16);
    default:
      return Float32Array.from(values);
  }
}
