import { decodeLz4Frame, Lz4Error } from './lz4-frame.js';
import type { Codec } from './batch-layout.js';

/**
 * Decompresses one buffer, which must have exactly `length` bytes; the decoders write no more than that.
 * Null when the bytes are damaged.
 */
export async function decompress(
  codec: Codec,
  bytes: Uint8Array,
  length: number,
): Promise<Uint8Array | null> {
  return codec === 'zstd' ? await decodeZstd(bytes, length) : decodeLz4(bytes, length);
}

/** The decoder of zstd, once it is loaded; it writes no more than `length` bytes. */
export async function zstdDecoder(): Promise<(bytes: Uint8Array, length: number) => Uint8Array> {
  const { decompress: decode, isLoaded } = await import('@foxglove/wasm-zstd');
  await isLoaded;
  return decode;
}

async function decodeZstd(bytes: Uint8Array, length: number): Promise<Uint8Array | null> {
  const decode = await zstdDecoder();
  try {
    const decoded = decode(bytes, length);
    if (decoded.byteLength !== length) return null;
    // A small one lies in the pool of Node's buffers.
    return decoded.buffer.byteLength === length ? decoded : new Uint8Array(decoded);
  } catch {
    return null;
  }
}

function decodeLz4(bytes: Uint8Array, length: number): Uint8Array | null {
  const target = new Uint8Array(length);
  try {
    decodeLz4Frame(bytes, target);
    return target;
  } catch (error) {
    if (error instanceof Lz4Error) return null;
    throw error;
  }
}
