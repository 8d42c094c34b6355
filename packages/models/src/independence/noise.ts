import { seededUniforms } from '@unitscope/base';

/** Ranges that differ, so that what is scaled by the range of a batch shows. */
const RANGES = [
  [0, 1],
  [-2, 2],
  [0.25, 0.5],
] as const;

/** An image of seeded noise; three in a row have ranges of their own. */
export function noiseImage(floats: number, which: number): Float32Array {
  const [low, high] = RANGES[which % RANGES.length] ?? [0, 1];
  return seededUniforms(floats, `image ${which}`).map((value) => low + (high - low) * value);
}

/** Images one after another. */
export function batchOf(images: readonly Float32Array[]): Float32Array {
  const size = images[0]?.length ?? 0;
  const batch = new Float32Array(images.length * size);
  images.forEach((image, i) => batch.set(image, i * size));
  return batch;
}
