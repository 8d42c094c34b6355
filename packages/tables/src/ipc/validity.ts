import type { ByteSource } from '../byte-source.js';
import type { ArrayLayout, BatchLayout } from './batch-layout.js';
import { BodyBuffer, type CompressionBudget } from './body-buffer.js';

// 2²³ values a read.
const CHUNK = 2 ** 20;

/** The validity bitmap of an array; null when the array says it has no nulls. */
export async function openValidity(
  source: ByteSource,
  batch: BatchLayout,
  array: ArrayLayout,
  budget: CompressionBudget,
): Promise<BodyBuffer | null> {
  const [region] = array.buffers;
  if (array.nullCount === 0 || region === undefined || region.length === 0) return null;
  const needed = Math.ceil(array.length / 8);
  return BodyBuffer.open(source, batch, region, needed, `the nulls of '${array.field.name}'`, budget);
}

/** The position of the first null of an array, or −1. */
export async function firstNull(
  source: ByteSource,
  batch: BatchLayout,
  array: ArrayLayout,
  budget: CompressionBudget,
): Promise<number> {
  const bitmap = await openValidity(source, batch, array, budget);
  if (bitmap === null) return -1;
  const bytes = Math.ceil(array.length / 8);
  for (let at = 0; at < bytes; at += CHUNK) {
    const chunk = await bitmap.read(at, Math.min(CHUNK, bytes - at));
    const found = chunk.findIndex((byte) => byte !== 0xff);
    if (found < 0) continue;
    for (let i = found; i < chunk.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const position = 8 * (at + i) + bit;
        if (position >= array.length) return -1;
        if (((chunk[i] as number) & (1 << bit)) === 0) return position;
      }
    }
  }
  return -1;
}
