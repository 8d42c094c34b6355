import { describe, expect, it } from 'vitest';
import { TooFewImagesError } from '../src/errors.ts';
import type { ImageRef } from '../src/image-set.ts';
import { sampleImages } from '../src/sample-images.ts';

const refs: ImageRef[] = Array.from({ length: 50 }, (_, index) => ({
  label: `image-${index}`,
  encoding: 'png',
  bytes: () => Promise.resolve(new Uint8Array()),
}));
const labels = (images: readonly ImageRef[]) => images.map(({ label }) => label);

describe('sampleImages', () => {
  it('takes the same images for the same seed, others for another, in their own order', () => {
    const taken = sampleImages(refs, { perCategory: 10, seed: 1 });
    expect(taken).toHaveLength(10);
    expect(labels(taken)).toEqual(labels(sampleImages(refs, { perCategory: 10, seed: 1 })));
    expect(labels(taken)).not.toEqual(labels(sampleImages(refs, { perCategory: 10, seed: 2 })));
    expect(taken.map((ref) => refs.indexOf(ref))).toEqual(
      taken.map((ref) => refs.indexOf(ref)).sort((a, b) => a - b),
    );
  });

  it('keeps the images it took when more are asked for', () => {
    const few = labels(sampleImages(refs, { perCategory: 5, seed: 1 }));
    expect(labels(sampleImages(refs, { perCategory: 20, seed: 1 }))).toEqual(expect.arrayContaining(few));
  });

  it('refuses more than there are, unless told', () => {
    const many = { perCategory: 51, seed: 0, category: 'cat' };
    expect(() => sampleImages(refs, many)).toThrow(TooFewImagesError);
    expect(() => sampleImages(refs, many)).toThrow("51 images of category 'cat' are asked for, there are 50");
    expect(sampleImages(refs, { ...many, allowFewer: true })).toHaveLength(50);
  });
});
