/** Bytes that are read by position: a file handle, an object of a store. `name` is used in messages. */
export interface ByteSource {
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Fills the whole of `target` from `position`, or throws. */
  readInto(target: Uint8Array, position: number): Promise<void>;
}

/** A source over bytes already in memory. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    readInto(target, position) {
      if (position < 0 || position + target.byteLength > bytes.byteLength) {
        return Promise.reject(new RangeError(`${name}: read past the end`));
      }
      target.set(bytes.subarray(position, position + target.byteLength));
      return Promise.resolve();
    },
  };
}

/** Reads `length` bytes at `position` into a new array, aligned for every typed array. */
export async function readBytes(
  source: ByteSource,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  if (length > 0) await source.readInto(bytes, position);
  return bytes;
}
