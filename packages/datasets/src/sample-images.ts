import { createHash } from 'node:crypto';
import { TooFewImagesError } from './errors.js';
import type { ImageRef } from './image-set.js';

export interface SampleOptions {
  readonly perCategory: number;
  readonly seed: number;
  /** Named in messages. */
  readonly category?: string;
  /** Take all images where there are fewer than `perCategory`, in place of refusing. */
  readonly allowFewer?: boolean;
}

/**
 * Some images of one category, in their own order. Which ones, the seed and the labels alone decide: an
 * image is taken before another where the SHA-256 of seed and label is smaller. Throws TooFewImagesError.
 */
export function sampleImages(refs: readonly ImageRef[], options: SampleOptions): ImageRef[] {
  const { perCategory, seed, category, allowFewer = false } = options;
  if (refs.length < perCategory && !allowFewer) {
    const where = category === undefined ? '' : ` of category '${category}'`;
    throw new TooFewImagesError(`${perCategory} images${where} are asked for, there are ${refs.length}`);
  }
  const draw = (ref: ImageRef) => createHash('sha256').update(`${seed}/${ref.label}`).digest('hex');
  const taken = refs
    .map((ref, index) => ({ ref, index, draw: draw(ref) }))
    .sort((a, b) => (a.draw < b.draw ? -1 : 1))
    .slice(0, perCategory);
  return taken.sort((a, b) => a.index - b.index).map(({ ref }) => ref);
}
