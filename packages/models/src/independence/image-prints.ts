import { createHash } from 'node:crypto';

/** What is kept of one image's maps of one layer, so that batches can be compared without holding all their maps. */
export interface ImagePrint {
  /** Of every bit. */
  readonly digest: string;
  /** Some of its values, always at the same places. */
  readonly sample: Float32Array;
  /** The largest value without its sign. */
  readonly largest: number;
}

const SAMPLED = 4096;

export function imagePrint(maps: Float32Array): ImagePrint {
  const bytes = new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength);
  const step = Math.max(1, Math.floor(maps.length / SAMPLED));
  const sample = Float32Array.from({ length: Math.ceil(maps.length / step) }, (_, i) => maps[i * step] ?? 0);
  const largest = maps.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { digest: createHash('sha1').update(bytes).digest('hex'), sample, largest };
}

/** How far values are off by, of the largest one of `expected`; 0 where all are zeros. */
export function relativeDifference(found: Float32Array, expected: Float32Array, largest: number): number {
  let most = 0;
  for (let i = 0; i < expected.length; i++)
    most = Math.max(most, Math.abs((found[i] ?? 0) - (expected[i] ?? 0)));
  return most === 0 ? 0 : most / largest;
}
