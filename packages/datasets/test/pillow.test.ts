import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, type Image } from '../src/decode/decode-image.ts';
import { parsePreprocess } from '../src/preprocess/preprocess-spec.ts';
import { preprocess } from '../src/preprocess/preprocess.ts';
import { pillowResize } from '../src/preprocess/resample/pillow-resize.ts';

// Images beside what Pillow's convert('RGB') and torchvision make of them; make.py writes both.
const FOLDER = join(import.meta.dirname, 'fixtures', 'images');
const SEEN = '.pixels.png';
const names = readdirSync(FOLDER);

const fixture = (name: string) => readFile(join(FOLDER, name));

/** The pixels of a plain RGB PNG, by sharp alone. */
async function plain(name: string): Promise<number[]> {
  return [
    ...(await sharp(await fixture(name))
      .raw()
      .toBuffer()),
  ];
}

function asRgb({ channels, data }: Image): number[] {
  return channels === 3 ? [...data] : [...data].flatMap((value) => [value, value, value]);
}

describe('decodeImage beside Pillow', () => {
  const seen = names.filter((name) => name.endsWith(SEEN)).map((name) => name.slice(0, -SEEN.length));

  it.each(seen.filter((name) => name !== 'grey-16.png'))(
    'gives the pixels of convert("RGB"): %s',
    async (name) => {
      const image = await decodeImage(await fixture(name), 'image');
      expect([image.width, image.height]).toEqual([32, 24]);
      expect(asRgb(image)).toEqual(await plain(`${name}${SEEN}`));
    },
  );

  it('takes the upper byte of 16-bit grey, or clips it as Pillow does', async () => {
    const bytes = await fixture('grey-16.png');
    expect(asRgb(await decodeImage(bytes, 'png', { grey16: 'clip' }))).toEqual(
      await plain(`grey-16.png${SEEN}`),
    );
    const deep = await sharp(bytes).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
    const values = new Uint16Array(deep.buffer, deep.byteOffset, 32 * 24);
    const scaled = await decodeImage(bytes, 'png');
    expect([...scaled.data]).toEqual(Array.from(values, (value) => value >> 8));
    // With transparency Pillow takes the upper byte too.
    const alpha = await fixture('grey-alpha-16.png');
    expect(await decodeImage(alpha, 'png', { grey16: 'clip' })).toEqual(await decodeImage(alpha, 'png'));
  });

  it('applies embedded profiles where it is asked to', async () => {
    const bytes = await fixture('rgb-prophoto.png');
    const ignored = await decodeImage(bytes, 'png');
    const applied = await decodeImage(bytes, 'png', { colourProfiles: 'apply' });
    const largest = Math.max(...ignored.data.map((value, at) => Math.abs(value - (applied.data[at] ?? 0))));
    expect(largest).toBeGreaterThan(30);
    const cmyk = await decodeImage(await fixture('cmyk.jpg'), 'jpeg', { colourProfiles: 'apply' });
    expect([cmyk.channels, cmyk.data.length]).toEqual([3, 32 * 24 * 3]);
  });
});

describe('the preset torchvision', () => {
  const resized = names.filter((name) => name.endsWith('.torchvision.png'));

  it.each(resized)('resizes and cuts as torchvision does, to the bit: %s', async (name) => {
    const spec = parsePreprocess({ preset: 'torchvision', mean: 0, std: 1, scale: 1 });
    const image = await decodeImage(await fixture(name.replace('.torchvision', '')), 'png');
    const values = await preprocess(image, spec, { width: 56, height: 56, channels: 3 });
    expect([...values]).toEqual(await plain(name));
  });

  it('has six sizes and ratios to show', () => {
    expect(resized).toHaveLength(6);
  });

  it('takes another shorter side, as weights of 232 want it', async () => {
    const image = await decodeImage(await fixture('resize-100x75.png'), 'png');
    const spec = parsePreprocess({ preset: 'torchvision', shorterSide: 75, mean: 0, std: 1, scale: 1 });
    const values = await preprocess(image, spec, { width: 56, height: 56, channels: 3 });
    // Nothing is resized: rows 10 to 65 (half of 19 to the even one) and columns 22 to 77.
    expect([...values.subarray(0, 3)]).toEqual([
      ...image.data.subarray((10 * 100 + 22) * 3, (10 * 100 + 22) * 3 + 3),
    ]);
  });

  it('fills with black where the image is smaller than the cut', async () => {
    const image: Image = { width: 4, height: 2, channels: 1, data: new Uint8Array(8).fill(9) };
    const spec = parsePreprocess({ preset: 'torchvision', shorterSide: 2, mean: 0, std: 1, scale: 1 });
    const values = await preprocess(image, spec, { width: 5, height: 4, channels: 1 });
    expect([...values]).toEqual([
      ...[0, 0, 0, 0, 0],
      ...[9, 9, 9, 9, 0],
      ...[9, 9, 9, 9, 0],
      ...[0, 0, 0, 0, 0],
    ]);
  });
});

describe('pillowResize', () => {
  it('keeps a plain image plain, for every kernel', () => {
    const image: Image = { width: 7, height: 5, channels: 1, data: new Uint8Array(35).fill(201) };
    for (const kernel of ['nearest', 'linear', 'cubic', 'lanczos3'] as const)
      for (const [width, height] of [
        [3, 2],
        [20, 1],
        [7, 5],
      ] as const)
        expect(new Set(pillowResize(image, width, height, kernel).data)).toEqual(new Set([201]));
  });
});
