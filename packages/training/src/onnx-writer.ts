import protobuf from 'protobufjs';

// What is written of onnx.proto (ONNX IR, Apache-2.0).
const { root } = protobuf.parse(`
syntax = "proto3";
message Model { int64 ir_version = 1; string producer_name = 2; repeated Opset opset_import = 8; Graph graph = 7; }
message Opset { string domain = 1; int64 version = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11; repeated Value output = 12;
}
message Node { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; }
message Attribute { string name = 1; float f = 2; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
`);

const IR_VERSION = 8;
const OPSET = 17;
// TensorProto.DataType and AttributeProto.AttributeType.
const FLOAT = 1;
const INT64 = 7;
const FLOAT_ATTRIBUTE = 1;
const INT_ATTRIBUTE = 2;
const INTS_ATTRIBUTE = 7;

/** A tensor of float32, row by row. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

export interface NodeAttributes {
  readonly int?: Readonly<Record<string, number>>;
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly float?: Readonly<Record<string, number>>;
}

/** A graph of ONNX operations, written node by node; each method answers the name of a tensor. */
export class OnnxWriter {
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];

  /** A float32 input; a text is a size that is left open. */
  input(name: string, dims: readonly (number | string)[]): string {
    const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
    this.#inputs.push({ name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } });
    return name;
  }

  weight(name: string, { dims, values }: FloatTensor): string {
    const rawData = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push({ name, dims, dataType: FLOAT, rawData });
    return name;
  }

  number(value: number): string {
    return this.weight(this.#fresh('number'), { dims: [], values: Float32Array.of(value) });
  }

  wholeNumbers(values: readonly number[]): string {
    const name = this.#fresh('sizes');
    const rawData = Buffer.from(BigInt64Array.from(values, BigInt).buffer);
    this.#initializers.push({ name, dims: [values.length], dataType: INT64, rawData });
    return name;
  }

  /** The first output of an operation; it and the node are called `name`, further outputs as `others` says. */
  node(
    opType: string,
    input: readonly string[],
    { int = {}, ints = {}, float = {} }: NodeAttributes = {},
    name = this.#fresh(opType),
    others: readonly string[] = [],
  ): string {
    const attribute = [
      ...Object.entries(int).map(([key, i]) => ({ name: key, i, type: INT_ATTRIBUTE })),
      ...Object.entries(ints).map(([key, of]) => ({ name: key, ints: of, type: INTS_ATTRIBUTE })),
      ...Object.entries(float).map(([key, f]) => ({ name: key, f, type: FLOAT_ATTRIBUTE })),
    ];
    this.#nodes.push({ opType, input, output: [name, ...others], name, attribute });
    return name;
  }

  /** Makes a tensor an output of the graph, under another name where one is given. */
  output(tensor: string, name = tensor): void {
    if (name !== tensor) this.node('Identity', [tensor], {}, name);
    this.#outputs.push({ name, type: { tensorType: { elemType: FLOAT } } });
  }

  bytes(): Uint8Array {
    const message = root.lookupType('Model');
    const graph = {
      name: 'unitscope',
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs,
    };
    const opsetImport = [{ domain: '', version: OPSET }];
    const model = { irVersion: IR_VERSION, producerName: 'unitscope', opsetImport, graph };
    return message.encode(message.fromObject(model)).finish();
  }

  #fresh(of: string): string {
    return `${of}/${this.#nodes.length + this.#initializers.length}`;
  }
}
