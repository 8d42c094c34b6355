import type { IntBits } from './field.js';

export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** The bytes as integers of an Arrow type. `bytes` begins at the start of its ArrayBuffer. */
export function asIntegers(
  bytes: Uint8Array<ArrayBuffer>,
  type: { bits: IntBits; signed: boolean },
): IntegerArray {
  const { buffer } = bytes;
  switch (type.bits) {
    case 8:
      return type.signed ? new Int8Array(buffer) : new Uint8Array(buffer);
    case 16:
      return type.signed ? new Int16Array(buffer) : new Uint16Array(buffer);
    case 32:
      return type.signed ? new Int32Array(buffer) : new Uint32Array(buffer);
    case 64:
      return type.signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  }
}
