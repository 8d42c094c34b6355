import { createHash } from 'node:crypto';
import { InputError } from '@unitscope/base';
import { checkImage } from './decode/decode-image.js';
import { TooFewImagesError } from './errors.js';
import type { Encoding, ImageRef } from './image-set.js';

export interface DrawOptions {
  readonly perCategory: number;
  readonly seed: number;
  /** Named in messages. */
  readonly category: string;
  /** What an image that cannot be decoded is: the end, or one to be named and passed over. */
  readonly corrupt: 'fatal' | 'skip';
  readonly maxPixels: number;
}

export interface DrawnImage {
  readonly label: string;
  readonly sha256: string;
  readonly encoding: Encoding;
}

export interface Drawn {
  /** In the order of the category. */
  readonly images: readonly DrawnImage[];
  /** On which the draw fell, and which cannot be decoded. */
  readonly skipped: readonly { readonly label: string; readonly reason: string }[];
}

type Looked = { readonly index: number } & (
  { readonly image: DrawnImage } | { readonly label: string; readonly error: InputError }
);

// Images are decoded by a pool of four threads.
const AT_ONCE = 8;

/**
 * Draws images of one category and decodes each once, so that a damaged one is found before any work. Which ones, the
 * seed, the labels and the bytes alone decide: an image is drawn before another where the SHA-256 of seed and label is
 * smaller. Throws TooFewImagesError, and UnreadableImageError where a corrupt image is fatal.
 */
export async function drawImages(refs: readonly ImageRef[], options: DrawOptions): Promise<Drawn> {
  const { perCategory, seed, category, corrupt } = options;
  const draw = (ref: ImageRef) => createHash('sha256').update(`${seed}/${ref.label}`).digest('hex');
  const order = refs
    .map((ref, index) => ({ ref, index, draw: draw(ref) }))
    .sort((a, b) => (a.draw < b.draw ? -1 : 1));
  const good: { index: number; image: DrawnImage }[] = [];
  const skipped: { label: string; reason: string }[] = [];
  for (let next = 0; good.length < perCategory && refs.length >= perCategory && next < order.length;) {
    const batch = order.slice(next, next + Math.min(AT_ONCE, perCategory - good.length));
    next += batch.length;
    for (const looked of await Promise.all(batch.map(({ ref, index }) => look(ref, index, options)))) {
      if ('image' in looked) good.push(looked);
      else if (corrupt === 'fatal') throw looked.error;
      else skipped.push({ label: looked.label, reason: looked.error.message });
    }
  }
  if (good.length < perCategory) {
    const [first] = skipped;
    const bad =
      first === undefined ? '' : `, and ${skipped.length} that cannot be decoded (${first.label}, …)`;
    const there = refs.length - skipped.length;
    throw new TooFewImagesError(
      `${perCategory} images of category '${category}' are asked for, there are ${there}${bad}`,
    );
  }
  return { images: good.sort((a, b) => a.index - b.index).map(({ image }) => image), skipped };
}

async function look(ref: ImageRef, index: number, { category, maxPixels }: DrawOptions): Promise<Looked> {
  const { label, encoding } = ref;
  try {
    const bytes = await ref.bytes();
    await checkImage(bytes, encoding, { maxPixels, name: `${category}/${label}` });
    return { index, image: { label, encoding, sha256: createHash('sha256').update(bytes).digest('hex') } };
  } catch (error) {
    if (error instanceof InputError) return { index, label, error };
    throw error;
  }
}
