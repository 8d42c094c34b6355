import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '@unitscope/datasets';
import { python } from './python.ts';

const MAKE = join(import.meta.dirname, '../../packages/datasets/test/fixtures/images/make.py');
const SEEN = '.pixels.png';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-pillow-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('images', () => {
  it('are decoded as the Pillow of today decodes them', async () => {
    await python(MAKE, folder);
    const names = (await readdir(folder)).filter((name) => name.endsWith(SEEN));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const bytes = await readFile(join(folder, name.slice(0, -SEEN.length)));
      const { channels, data } = await decodeImage(bytes, 'image', { grey16: 'clip' });
      const rgb = channels === 3 ? [...data] : [...data].flatMap((value) => [value, value, value]);
      const seen = await sharp(await readFile(join(folder, name)))
        .raw()
        .toBuffer();
      expect([name, rgb]).toEqual([name, [...seen]]);
    }
  });
});
