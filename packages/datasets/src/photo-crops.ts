import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, rename } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';
import sharp from 'sharp';
import { MissingImagesError } from './errors.js';

export interface CropOptions {
  readonly perPhoto: number;
  /** Height and width of the crops written, pixels. */
  readonly size: number;
  readonly seed: number;
}

const ENDINGS = new Set(['.png', '.jpg', '.jpeg', '.webp']);
/** A photograph whose shorter side is less says too little in its parts. */
const LEAST_SIDE = 128;
/** Sides of crops, as shares of the photograph's shorter side. */
const [SMALLEST, LARGEST] = [0.3, 0.8];

/**
 * Makes a data set of a folder of photographs: one category a photograph, its images square crops at random places and of
 * random size, which the seed and the photograph's name decide. Written as PNG files to `to`, one folder a category, whole
 * or not at all; nothing is done where it is there. Answers the categories.
 * Throws MissingImagesError where fewer than two photographs can be used.
 */
export async function cropPhotos(photos: string, to: string, options: CropOptions): Promise<string[]> {
  const there = await readdir(to).catch(() => null);
  if (there !== null) return there.sort();
  const names = await readdir(photos).catch((cause: unknown) => {
    throw new MissingImagesError(`${photos}: the folder of photographs cannot be read`, { cause });
  });
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  const categories: string[] = [];
  for (const name of names.sort()) {
    if (!ENDINGS.has(extname(name).toLowerCase())) continue;
    const photo = await sharp(join(photos, name))
      .rotate()
      .flatten()
      .removeAlpha()
      .toColourspace('srgb')
      .png()
      .toBuffer();
    const { width, height } = await sharp(photo).metadata();
    if (Math.min(width, height) < LEAST_SIDE) continue;
    const category = categories.includes(parse(name).name) ? name : parse(name).name;
    categories.push(category);
    await mkdir(join(partial, category), { recursive: true });
    for (let index = 0; index < options.perPhoto; index++) {
      const draw = createHash('sha256').update(`${options.seed}/${name}/${index}`).digest();
      const at = (word: number): number => draw.readUInt32LE(4 * word) / 2 ** 32;
      const side = Math.round(Math.min(width, height) * (SMALLEST + (LARGEST - SMALLEST) * at(0)));
      await sharp(photo)
        .extract({
          left: Math.floor(at(1) * (width - side + 1)),
          top: Math.floor(at(2) * (height - side + 1)),
          width: side,
          height: side,
        })
        .resize(options.size, options.size)
        .png({ compressionLevel: 3 })
        .toFile(join(partial, category, `crop-${String(index).padStart(4, '0')}.png`));
    }
  }
  if (categories.length < 2) {
    throw new MissingImagesError(
      `${photos}: expected at least two photographs (PNG, JPEG, WebP; ${LEAST_SIDE} pixels or more on the shorter side), ` +
        `found ${categories.length} of ${names.length} files`,
    );
  }
  await rename(partial, to);
  return categories.sort();
}
