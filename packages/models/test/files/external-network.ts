import protobuf from 'protobufjs';

// What of onnx.proto is needed to name a file from every place where a tensor may stand.
const { root } = protobuf.parse(`
syntax = "proto3";
message Model { int64 ir_version = 1; repeated Opset opset_import = 8; Graph graph = 7; repeated Training training_info = 20; repeated Function functions = 25; }
message Opset { string domain = 1; int64 version = 2; }
message Training { Graph initialization = 1; Graph algorithm = 2; }
message Function { string name = 1; repeated string input = 4; repeated string output = 5; repeated Node node = 7; repeated Opset opset_import = 9; string domain = 10; repeated Attribute attribute_proto = 11; }
message Graph { repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Sparse sparse_initializer = 15; repeated Value input = 11; repeated Value output = 12; }
message Node { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; string domain = 7; }
message Attribute { string name = 1; int64 i = 3; repeated bytes t = 5; Graph g = 6; repeated int64 ints = 8; repeated Tensor tensors = 10; repeated Graph graphs = 11; int32 type = 20; Sparse sparse_tensor = 22; repeated Sparse sparse_tensors = 23; }
message Sparse { Tensor values = 1; Tensor indices = 2; repeated int64 dims = 3; }
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; repeated Entry external_data = 13; int32 data_location = 14; }
message Entry { string key = 1; string value = 2; }
`);

const FLOAT = 1;
const EXTERNAL = 1;

export interface Place {
  location: string;
  offset?: number | string;
  length?: number | string;
}

/** A tensor whose values lie in a file; `stray`: it names one and does not say that they lie there. */
export function outside(name: string, dims: number[], place: Place, { stray = false } = {}): object {
  const externalData = Object.entries(place).map(([key, value]) => ({ key, value: String(value) }));
  const rawData = new Uint8Array(4 * dims.reduce((product, size) => product * size, 1));
  return { name, dims, dataType: FLOAT, externalData, ...(stray ? { rawData } : { dataLocation: EXTERNAL }) };
}

export function tensorBytes(tensor: object): Uint8Array {
  const message = root.lookupType('Tensor');
  return message.encode(message.fromObject(tensor)).finish();
}

interface Parts {
  initializers?: object[];
  /** The kernel of the one convolution, `w`, made by a node instead of an initializer. */
  kernelNode?: object;
  nodes?: object[];
  sparse?: object[];
  functions?: object[];
  training?: object[];
}

/** A network of one convolution of 1×1 and four units over images of 6×6, followed by a ReLU. */
export function oneConvolution({
  initializers = [],
  kernelNode,
  nodes = [],
  sparse = [],
  functions = [],
  training = [],
}: Parts): Uint8Array {
  const message = root.lookupType('Model');
  const dim = [{ dimParam: 'n' }, { dimValue: 1 }, { dimValue: 6 }, { dimValue: 6 }];
  const model = message.fromObject({
    irVersion: 8,
    opsetImport: [
      { domain: '', version: 17 },
      { domain: 'local', version: 1 },
    ],
    graph: {
      name: 'g',
      node: [
        ...(kernelNode ? [kernelNode] : []),
        { opType: 'Conv', name: 'conv', input: ['x', 'w'], output: ['c'] },
        { opType: 'Relu', name: 'relu', input: ['c'], output: ['y'] },
        ...nodes,
      ],
      initializer: initializers,
      sparseInitializer: sparse,
      input: [{ name: 'x', type: { tensorType: { elemType: FLOAT, shape: { dim } } } }],
      output: [{ name: 'y' }],
    },
    functions,
    trainingInfo: training,
  });
  return message.encode(model).finish();
}
