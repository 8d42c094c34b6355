import type { ZSTDDecoder } from 'zstddec';
import { decodeLz4Frame, Lz4Error } from './lz4-frame.js';
import type { Codec } from './batch-layout.js';

let zstd: Promise<ZSTDDecoder> | undefined;

async function loadZstd(): Promise<ZSTDDecoder> {
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return decoder;
}

/**
 * Decompresses one buffer, which must have exactly `length` bytes; the decoders write no more than that.
 * Null when the bytes are damaged.
 */
export async function decompress(
  codec: Codec,
  bytes: Uint8Array,
  length: number,
): Promise<Uint8Array | null> {
  if (codec === 'zstd') {
    zstd ??= loadZstd();
    const decoded = (await zstd).decode(bytes, length);
    return decoded.byteLength === length ? decoded : null;
  }
  const target = new Uint8Array(length);
  try {
    decodeLz4Frame(bytes, target);
    return target;
  } catch (error) {
    if (error instanceof Lz4Error) return null;
    throw error;
  }
}
