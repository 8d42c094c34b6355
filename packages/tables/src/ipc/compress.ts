import type { Codec } from './batch-layout.js';
import { encodeLz4Frame } from './lz4-encoder.js';

/** Compresses one buffer. The same bytes give the same bytes on every machine. */
export type Compressor = (bytes: Uint8Array) => Uint8Array;

/** zstd's fastest ordinary level: floats gain little from a higher one. */
const ZSTD_LEVEL = 1;

/** The compressor of a codec; the real zstd is WebAssembly, loaded here. */
export async function compressorOf(codec: Codec): Promise<Compressor> {
  if (codec === 'lz4') return encodeLz4Frame;
  const { compress, isLoaded } = await import('@foxglove/wasm-zstd');
  await isLoaded;
  return (bytes) => compress(bytes, ZSTD_LEVEL);
}

/**
 * A buffer of a compressed batch: its length before, then its compressed bytes; −1 and the bytes themselves where
 * compression would not make it smaller. An empty buffer stays empty.
 */
export function packBuffer(bytes: Uint8Array, compress: Compressor): Uint8Array {
  if (bytes.byteLength === 0) return bytes;
  const packed = compress(bytes);
  const smaller = packed.byteLength < bytes.byteLength;
  const stored = smaller ? packed : bytes;
  const buffer = new Uint8Array(8 + stored.byteLength);
  new DataView(buffer.buffer).setBigInt64(0, smaller ? BigInt(bytes.byteLength) : -1n, true);
  buffer.set(stored, 8);
  return buffer;
}
