import protobuf from 'protobufjs';
import { widenFloat16 } from '@unitscope/base';
import { FLOAT, FLOAT16 } from './onnx-file.js';

// The values of onnx.proto's TensorProto; its header is decoded apart, for all tensors of a file.
const values = protobuf
  .parse(
    `
syntax = "proto3";
message TensorValues {
  repeated float float_data = 4;
  repeated int32 int32_data = 5;
  bytes raw_data = 9;
  repeated double double_data = 10;
}
`,
  )
  .root.lookupType('TensorValues');

// TensorProto.DataType
const UINT8 = 2;
const INT8 = 3;
const DOUBLE = 11;

export type Numbers = Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array;

const ARRAYS: Readonly<
  Record<number, new (buffer: ArrayBuffer) => Float32Array | Float64Array | Int8Array | Uint8Array>
> = { [FLOAT]: Float32Array, [DOUBLE]: Float64Array, [INT8]: Int8Array, [UINT8]: Uint8Array };

/** Numbers from their bytes, float16 widened; null for a type that is not read here. */
export function numbersOf(bytes: Uint8Array, dataType: number): Numbers | null {
  if (dataType === FLOAT16) return Float32Array.from(new Uint16Array(aligned(bytes)), widenFloat16);
  const array = ARRAYS[dataType];
  return array === undefined ? null : new array(aligned(bytes));
}

/** The values of a tensor that is stored in the file, or null where they are of a type that is not read here. */
export function storedNumbers(bytes: Uint8Array, dataType: number): Numbers | null {
  const { floatData, int32Data, rawData, doubleData } = values.toObject(values.decode(bytes), {
    defaults: true,
    arrays: true,
  }) as {
    floatData: number[];
    int32Data: number[];
    rawData: Uint8Array;
    doubleData: number[];
  };
  if (rawData.length > 0) return numbersOf(rawData, dataType);
  if (dataType === FLOAT) return Float32Array.from(floatData);
  if (dataType === DOUBLE) return Float64Array.from(doubleData);
  if (dataType === FLOAT16) return Float32Array.from(int32Data, widenFloat16);
  return dataType === INT8 || dataType === UINT8 ? Int32Array.from(int32Data) : null;
}

/** The raw bytes of a stored tensor, a part of the file's own; null where its values are a list of numbers. */
export function rawBytes(bytes: Uint8Array): Uint8Array | null {
  const { rawData } = values.toObject(values.decode(bytes), { defaults: true }) as { rawData: Uint8Array };
  return rawData.length > 0 ? rawData : null;
}

/** A copy of its own, which typed arrays of any width can view. */
export function aligned(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
