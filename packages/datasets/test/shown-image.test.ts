import { shownImage, parsePreprocess, type Image } from '@unitscope/datasets';
import sharp from 'sharp';
import { expect, test } from 'vitest';

/** Columns whose brightness is their place. */
function wide(width: number, height: number): Image {
  const data = Uint8Array.from({ length: width * height }, (_, i) => i % width);
  return { width, height, channels: 1, data };
}

async function pixels(
  bytes: Uint8Array,
): Promise<{ width: number; height: number; first: number; last: number }> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, first: data[0] ?? 0, last: data[info.width - 1] ?? 0 };
}

test('a small image is the image itself, pixel for pixel', async () => {
  const image = wide(28, 28);
  const { type, bytes } = await shownImage(image, parsePreprocess('unit'), { side: 200, aspect: 1 });
  expect(type).toBe('image/png');
  const { data } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect(Uint8Array.from(data)).toEqual(image.data);
});

test('what the network does not see is not shown: the centre, and of that the share that is kept', async () => {
  const shown = async (spec: unknown): Promise<Awaited<ReturnType<typeof pixels>>> =>
    await pixels((await shownImage(wide(200, 100), parsePreprocess(spec), { side: 60, aspect: 1 })).bytes);
  expect(await shown('unit')).toMatchObject({ width: 60, height: 60, first: 50, last: 149 });
  const cut = await shown('imagenet');
  expect(cut.first).toBeGreaterThanOrEqual(55);
  expect(cut.last).toBeLessThanOrEqual(145);
  expect(await shown({ fit: 'stretch' })).toMatchObject({ width: 60, height: 60, first: 1 });
});

test('pixels that are cut off a resized image are cut off', async () => {
  const spec = parsePreprocess({ preset: 'torchvision', shorterSide: 100 });
  const { bytes } = await shownImage(wide(100, 100), spec, { side: 50, aspect: 1, inputSide: 60 });
  const { first, last } = await pixels(bytes);
  expect(Math.abs(first - 20)).toBeLessThanOrEqual(2);
  expect(Math.abs(last - 79)).toBeLessThanOrEqual(2);
});

test('a large image is made small, in the aspect of the network', async () => {
  const { type, bytes } = await shownImage(wide(255, 200), parsePreprocess('unit'), { side: 100, aspect: 2 });
  expect(type).toBe('image/webp');
  expect(await pixels(bytes)).toMatchObject({ width: 100, height: 50 });
});
