/** One array as Arrow stores it: its buffers in the order of its type (validity first), then its children. */
export interface ArrayData {
  readonly length: number;
  readonly nullCount: number;
  readonly buffers: readonly Uint8Array[];
  readonly children: readonly ArrayData[];
}

const NOTHING = new Uint8Array(0);

/** The bytes of a typed array, not copied. */
function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A primitive array; `valid` has one byte a value (1 = there), null means that all are. */
export function primitive(
  length: number,
  values: ArrayBufferView,
  valid: Uint8Array | null = null,
): ArrayData {
  const { nullCount, bitmap } = validity(length, valid);
  return { length, nullCount, buffers: [bitmap, bytesOf(values)], children: [] };
}

/** An array of texts: row i is `bytes[offsets[i] … offsets[i + 1])`. */
export function text(
  length: number,
  offsets: Int32Array,
  bytes: Uint8Array,
  valid: Uint8Array | null = null,
): ArrayData {
  const { nullCount, bitmap } = validity(length, valid);
  return { length, nullCount, buffers: [bitmap, bytesOf(offsets), bytes], children: [] };
}

export function list(length: number, offsets: Int32Array, values: ArrayData): ArrayData {
  return { length, nullCount: 0, buffers: [NOTHING, bytesOf(offsets)], children: [values] };
}

/** A struct or a fixed-size list without nulls. */
export function parent(length: number, children: readonly ArrayData[]): ArrayData {
  return { length, nullCount: 0, buffers: [NOTHING], children };
}

export function packBits(length: number, bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(length / 8));
  for (let i = 0; i < length; i++)
    if (bytes[i] !== 0) bits[i >>> 3] = (bits[i >>> 3] as number) | (1 << (i & 7));
  return bits;
}

function validity(length: number, valid: Uint8Array | null): { nullCount: number; bitmap: Uint8Array } {
  if (valid === null) return { nullCount: 0, bitmap: NOTHING };
  let nullCount = 0;
  for (let i = 0; i < length; i++) if (valid[i] === 0) nullCount++;
  // The same rows give the same bytes whether or not their column could have held nulls.
  return { nullCount, bitmap: nullCount === 0 ? NOTHING : packBits(length, valid) };
}
