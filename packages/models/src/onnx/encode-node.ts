import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
syntax = "proto3";
message Node {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated Attribute attribute = 5; string domain = 7;
}
message Attribute { string name = 1; float f = 2; bytes s = 4; Tensor t = 5; repeated float floats = 7; int32 type = 20; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; }
`);

// AttributeProto.AttributeType and TensorProto.DataType.
const FLOAT_ATTRIBUTE = 1;
const TENSOR_ATTRIBUTE = 4;
const FLOAT = 1;

interface ReadNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly domain: string;
  readonly attribute: readonly {
    readonly name: string;
    readonly s: Uint8Array;
    readonly floats: readonly number[];
  }[];
}

/** A node with the attributes that are texts or lists of floats. */
export function readNode(bytes: Uint8Array): ReadNode {
  const message = root.lookupType('Node');
  return message.toObject(message.decode(bytes), { defaults: true, arrays: true }) as ReadNode;
}

interface NewNode {
  readonly opType: string;
  readonly name?: string;
  readonly input: readonly string[];
  readonly output: string;
  readonly floats?: Readonly<Record<string, number>>;
}

export function encodeNode({ opType, name = '', input, output, floats = {} }: NewNode): Uint8Array {
  const attribute = Object.entries(floats).map(([key, f]) => ({ name: key, f, type: FLOAT_ATTRIBUTE }));
  return encode({ opType, name, input, output: [output], attribute });
}

/** A node that makes one float32 number. */
export function encodeNumber(value: number, output: string): Uint8Array {
  const tensor = { dataType: FLOAT, floatData: [value] };
  const attribute = [{ name: 'value', t: tensor, type: TENSOR_ATTRIBUTE }];
  return encode({ opType: 'Constant', output: [output], attribute });
}

function encode(node: object): Uint8Array {
  const message = root.lookupType('Node');
  return message.encode(message.fromObject(node)).finish();
}
