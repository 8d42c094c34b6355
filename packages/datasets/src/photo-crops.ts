import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';
import { loadSharp } from './decode/decode-image.js';
import { MissingImagesError, UnreadableImageError } from './errors.js';

export interface CropOptions {
  readonly perPhoto: number;
  /** Height and width of the crops written, pixels. */
  readonly size: number;
  readonly seed: number;
}

const ENDINGS = new Set(['.png', '.jpg', '.jpeg', '.webp']);
/** A photograph whose shorter side is less says too little in its parts. */
const LEAST_SIDE = 128;
/** A file in a folder of crops: of which photographs they are, and that the folder may be replaced. */
const RECORD = '.unitscope-crops.json';
/** Sides of crops, as shares of the photograph's shorter side. */
const [SMALLEST, LARGEST] = [0.3, 0.8];

/**
 * Makes a data set of a folder of photographs: one category a photograph, its images square crops at random places and of
 * random size, which the seed and the photograph's name decide. Written as PNG files to `to`, one folder a category, whole
 * or not at all; nothing is done where those of the same photographs are there (a file in `to` says of which they are).
 * Answers the categories. Throws MissingImagesError where fewer than two photographs can be used, UnreadableImageError
 * where one cannot be read.
 */
export async function cropPhotos(photos: string, to: string, options: CropOptions): Promise<string[]> {
  const names = await readdir(photos).catch((cause: unknown) => {
    throw new MissingImagesError(`${photos}: the folder of photographs cannot be read`, { cause });
  });
  const used = names.filter((name) => ENDINGS.has(extname(name).toLowerCase())).sort();
  const digests: [string, string][] = [];
  for (const name of used) {
    const bytes = await readFile(join(photos, name));
    digests.push([name, createHash('sha256').update(bytes).digest('hex')]);
  }
  const record = JSON.stringify({ ...options, photos: digests });
  if ((await cropsAt(to)) === record) return (await readdir(to)).filter((name) => name !== RECORD).sort();
  const partial = `${to}.${randomUUID()}.partial`;
  await mkdir(partial, { recursive: true });
  try {
    const categories = await crop(photos, used, partial, options);
    if (categories.length < 2) {
      throw new MissingImagesError(
        `${photos}: expected at least two photographs (PNG, JPEG, WebP; ${LEAST_SIDE} pixels or more on the shorter side), ` +
          `found ${categories.length} of ${names.length} files`,
      );
    }
    await writeFile(join(partial, RECORD), record);
    await rm(to, { recursive: true, force: true });
    await rename(partial, to);
    return categories.sort();
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Of which photographs the crops are that lie there; null: nothing is there. Throws MissingImagesError for anything else. */
async function cropsAt(to: string): Promise<string | null> {
  const found = await lstat(to).catch(() => null);
  if (found === null) return null;
  const record = join(to, RECORD);
  if (found.isDirectory() && (await lstat(record).catch(() => null))?.isFile() === true)
    return await readFile(record, 'utf8');
  throw new MissingImagesError(
    `${to}: expected nothing, or a folder of crops, which has a file ${RECORD}; found something else: remove it, or choose ` +
      'another folder',
  );
}

/** Writes the crops of each photograph that is large enough; answers the categories. */
async function crop(
  photos: string,
  used: readonly string[],
  folder: string,
  options: CropOptions,
): Promise<string[]> {
  const sharp = await loadSharp();
  const categories: string[] = [];
  for (const name of used) {
    const photo = await upright(join(photos, name));
    const { width, height } = await sharp(photo).metadata();
    if (Math.min(width, height) < LEAST_SIDE) continue;
    const category = categories.includes(parse(name).name) ? name : parse(name).name;
    categories.push(category);
    await mkdir(join(folder, category), { recursive: true });
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
        .toFile(join(folder, category, `crop-${String(index).padStart(4, '0')}.png`));
    }
  }
  return categories;
}

/** A photograph as opaque sRGB pixels, turned as its camera says. */
async function upright(path: string): Promise<Buffer> {
  const sharp = await loadSharp();
  try {
    return await sharp(path).rotate().flatten().removeAlpha().toColourspace('srgb').png().toBuffer();
  } catch (cause) {
    throw new UnreadableImageError(
      `${path}: expected a photograph (PNG, JPEG, WebP), found what cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
