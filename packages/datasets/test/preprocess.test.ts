import { describe, expect, it } from 'vitest';
import type { Image } from '../src/decode/decode-image.ts';
import { PreprocessError } from '../src/errors.ts';
import { parsePreprocess, preprocessJson } from '../src/preprocess/preprocess-spec.ts';
import { preprocess } from '../src/preprocess/preprocess.ts';

const grey: Image = { width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 51, 102, 255) };
const rgb: Image = { width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 102, 0) };
const shape = (height: number, width: number, channels: number) => ({ height, width, channels });

/** Left half black, right half white, twice as wide as high. */
const halves: Image = {
  width: 40,
  height: 20,
  channels: 1,
  data: Uint8Array.from({ length: 800 }, (_, at) => (at % 40 < 20 ? 0 : 255)),
};

async function run(
  image: Image,
  spec: unknown,
  height: number,
  width: number,
  channels: number,
): Promise<number[]> {
  return [...(await preprocess(image, parsePreprocess(spec), shape(height, width, channels)))];
}

describe('preprocess', () => {
  it('scales an image of the right size without resampling it', async () => {
    expect(await run(grey, 'unit', 2, 2, 1)).toEqual([0, 0.2, 0.4, 1].map(Math.fround));
  });

  it('subtracts the mean and divides by the deviation of each channel', async () => {
    const values = await run(rgb, { mean: [0.5, 0.4, 0.3], std: [0.5, 0.2, 0.1] }, 1, 1, 3);
    expect(values[0]).toBeCloseTo(1, 6);
    expect(values[1]).toBeCloseTo(0, 6);
    expect(values[2]).toBeCloseTo(-3, 6);
  });

  it('knows the ranges of the presets', async () => {
    expect(await run(rgb, 'tfjs-mobilenet', 1, 1, 3)).toEqual([1, Math.fround(102 / 127.5 - 1), -1]);
    expect(await run(rgb, 'efficientnet-lite', 1, 1, 3)).toEqual([1, -25 / 128, -127 / 128]);
    expect(await run(rgb, 'inception', 1, 1, 3)).toEqual([1, Math.fround(102 / 127.5 - 1), -1]);
    expect(await run(rgb, 'mobilenet', 1, 1, 3)).toEqual(await run(rgb, 'inception', 1, 1, 3));
    expect(await run(rgb, 'keras-caffe', 1, 1, 3)).toEqual(
      [0 - 103.939, 102 - 116.779, 255 - 123.68].map(Math.fround),
    );
    expect((await run(rgb, 'imagenet', 1, 1, 3))[0]).toBeCloseTo((1 - 0.485) / 0.229, 6);
  });

  it('turns grey to RGB, RGB to grey, and RGB to BGR', async () => {
    expect(await run(grey, { scale: 1 }, 2, 2, 3)).toEqual([
      0, 0, 0, 51, 51, 51, 102, 102, 102, 255, 255, 255,
    ]);
    expect((await run(rgb, { scale: 1 }, 1, 1, 1))[0]).toBeCloseTo(0.299 * 255 + 0.587 * 102, 4);
    expect(await run(rgb, { scale: 1, colours: 'bgr' }, 1, 1, 3)).toEqual([0, 102, 255]);
  });

  it('crops, stretches or pads an image of another aspect', async () => {
    const nearest = { scale: 1, resize: 'nearest' };
    expect(await run(halves, { ...nearest, fit: 'stretch' }, 1, 4, 1)).toEqual([0, 0, 255, 255]);
    expect(await run(halves, { ...nearest, fit: 'crop' }, 2, 2, 1)).toEqual([0, 255, 0, 255]);
    const padded = await run(halves, { ...nearest, fit: 'pad' }, 4, 4, 1);
    expect(padded).toEqual([0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 0, 0]);
  });

  it('gives the same floats each time', async () => {
    const first = await run(halves, 'imagenet', 9, 9, 3);
    expect(await run(halves, 'imagenet', 9, 9, 3)).toEqual(first);
    expect(first.every(Number.isFinite)).toBe(true);
  });

  it('refuses a network of two channels, and three means for one', async () => {
    await expect(run(grey, 'unit', 2, 2, 2)).rejects.toThrow('the network takes 2');
    await expect(run(grey, 'imagenet', 2, 2, 1)).rejects.toThrow(PreprocessError);
  });
});

describe('parsePreprocess', () => {
  it('gives the same JSON for what says the same', () => {
    const parts = { std: 0.3081, mean: [0.1307], preset: 'unit' };
    expect(JSON.stringify(preprocessJson(parsePreprocess(parts)))).toBe(
      JSON.stringify(preprocessJson(parsePreprocess('mnist'))),
    );
  });

  it.each([
    ['imagnet', "did you mean 'imagenet'?"],
    [{ fitt: 'crop' }, 'preprocess.fitt: unknown key; expected preset, fit, crop'],
    [{ fit: 'squash' }, 'preprocess.fit: expected crop or stretch or pad or resize-crop, found "squash"'],
    [{ crop: 0 }, 'preprocess.crop: expected a number above 0'],
    [{ mean: [1, 2] }, 'preprocess.mean: expected one number or three'],
    [{ std: [1, 0, 1] }, 'preprocess.std: expected numbers other than 0'],
    [{ scale: '1' }, 'preprocess.scale: expected a number, found "1"'],
    [7, 'expected the name of a preset or an object, found 7'],
  ])('refuses %j and says what was expected', (given, message) => {
    expect(() => parsePreprocess(given)).toThrow(message);
  });
});
