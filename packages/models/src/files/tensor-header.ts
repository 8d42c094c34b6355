import protobuf from 'protobufjs';
import { wireField, type WireField } from './wire-fields.js';

// The header of onnx.proto's TensorProto (ONNX IR, Apache-2.0), without its values.
const header = protobuf
  .parse(
    `
syntax = "proto3";
message TensorHeader {
  repeated int64 dims = 1;
  int32 data_type = 2;
  string name = 8;
  repeated Entry external_data = 13;
  int32 data_location = 14;
}
message Entry { string key = 1; string value = 2; }
`,
  )
  .root.lookupType('TensorHeader');

// Fields of TensorProto.
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
/** TensorProto.DataLocation: the values lie in another file. */
export const EXTERNAL = 1;

export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly name: string;
  readonly externalData: readonly { key: string; value: string }[];
  readonly dataLocation: number;
}

export function decodeTensorHeader(bytes: Uint8Array): OnnxTensor {
  return header.toObject(header.decode(bytes), {
    longs: Number,
    defaults: true,
    arrays: true,
  }) as unknown as OnnxTensor;
}

/** What a tensor's header says of its values: in the message itself (null: as they are), or where they lie. */
export type Values =
  | { readonly raw: Uint8Array | null }
  | { readonly location: string; readonly offset: number; readonly length: number };

/** The bytes of a tensor whose values are said to be elsewhere than before. */
export function withValues(fields: Iterable<WireField>, values: Values): Buffer {
  const isRaw = 'raw' in values;
  const dropped = new Set([EXTERNAL_DATA, DATA_LOCATION]);
  if (!isRaw || values.raw !== null) dropped.add(RAW_DATA);
  const kept = [...fields].filter(({ number }) => !dropped.has(number)).map(({ whole }) => whole);
  if (isRaw) {
    if (values.raw === null) return Buffer.concat(kept);
    return Buffer.concat([...kept, ...wireField(RAW_DATA, values.raw)]);
  }
  const entries = Object.entries(values).map(([key, value]) => ({ key, value: String(value) }));
  const added = header.encode({ externalData: entries, dataLocation: EXTERNAL }).finish();
  return Buffer.concat([...kept, added]);
}
