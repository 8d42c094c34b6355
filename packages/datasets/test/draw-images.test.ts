import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawImages, type DrawOptions } from '../src/draw-images.ts';
import { TooFewImagesError, UnreadableImageError } from '../src/errors.ts';
import type { ImageRef } from '../src/image-set.ts';

let png: Uint8Array;
let refs: ImageRef[];

beforeAll(async () => {
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 251));
  png = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
  refs = Array.from({ length: 50 }, (_, index) => ref(`image-${index}`, png));
});

function ref(label: string, bytes: Uint8Array): ImageRef {
  return { label, encoding: 'png', bytes: () => Promise.resolve(bytes) };
}

const draw = (from: readonly ImageRef[], options: Partial<DrawOptions> = {}) =>
  drawImages(from, {
    perCategory: 10,
    seed: 1,
    category: 'cat',
    corrupt: 'fatal',
    maxPixels: 10_000,
    ...options,
  });

const labels = async (options: Partial<DrawOptions>, from = refs): Promise<string[]> =>
  (await draw(from, options)).images.map(({ label }) => label);

describe('drawImages', () => {
  it('takes the same images for the same seed, others for another, in their own order', async () => {
    const taken = await labels({ seed: 1 });
    expect(taken).toHaveLength(10);
    expect(taken).toEqual(await labels({ seed: 1 }));
    expect(taken).not.toEqual(await labels({ seed: 2 }));
    const positions = taken.map((label) => refs.findIndex((image) => image.label === label));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('keeps the images it took when more are asked for', async () => {
    const few = await labels({ perCategory: 5 });
    expect(await labels({ perCategory: 20 })).toEqual(expect.arrayContaining(few));
  });

  it('refuses more than there are', async () => {
    await expect(draw(refs, { perCategory: 51 })).rejects.toThrow(TooFewImagesError);
    await expect(draw(refs, { perCategory: 51 })).rejects.toThrow(
      "51 images of category 'cat' are asked for, there are 50",
    );
  });

  it('ends at a damaged image and names it, or names it and takes the next of the draw', async () => {
    const [bad = ''] = await labels({ perCategory: 1 });
    const damaged = refs.map((image) =>
      image.label === bad ? ref(bad, png.subarray(0, png.length >> 1)) : image,
    );
    const fatal = draw(damaged);
    await expect(fatal).rejects.toThrow(UnreadableImageError);
    await expect(fatal).rejects.toThrow(`cat/${bad}: cannot be decoded`);
    const { images, skipped } = await draw(damaged, { corrupt: 'skip' });
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toMatchObject({ label: bad, reason: expect.stringContaining(`cat/${bad}`) as string });
    const wider = await labels({ perCategory: 11 });
    expect(images.map(({ label }) => label)).toEqual(wider.filter((label) => label !== bad));
  });

  it('leaves damaged images outside the draw alone', async () => {
    const taken = await labels({ perCategory: 5 });
    const damaged = refs.map((image) =>
      taken.includes(image.label) ? image : ref(image.label, png.subarray(9)),
    );
    expect(await labels({ perCategory: 5 }, damaged)).toEqual(taken);
  });

  it('says how many are damaged where too few are left', async () => {
    const damaged = refs
      .slice(0, 12)
      .map((image, at) => (at < 4 ? ref(image.label, png.subarray(9)) : image));
    await expect(draw(damaged, { corrupt: 'skip' })).rejects.toThrow(
      /10 images of category 'cat' are asked for, there are 8, and 4 that cannot be decoded/,
    );
  });

  it('refuses an image above the limit of pixels, and says what raises it', async () => {
    await expect(draw(refs, { maxPixels: 4000 })).rejects.toThrow(
      /cat\/image-\d+: cannot be decoded: 64×64 pixels are more than 4000; images.maxPixels raises the limit/,
    );
  });
});
