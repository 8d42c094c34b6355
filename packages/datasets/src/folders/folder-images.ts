import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '@unitscope/base';
import { MAX_ENTRY_BYTES } from '../archives/archive-entry.js';
import { MissingImagesError, UnreadableImageError } from '../errors.js';
import { encodingOf, refuseUnread, type ImageRef, type ImageSet } from '../image-set.js';
import { isSystemName } from '../decode/system-names.js';

/** One folder a category, PNG, JPEG and WebP files in it; deeper folders, and files that are no images, are left alone. */
export async function openFolder(path: string): Promise<ImageSet> {
  const names = await list(path);
  const folders = names.filter((entry) => entry.isFolder).map((entry) => entry.name);
  if (folders.length === 0) {
    throw new MissingImagesError(`${path}: expected one folder a category, found none`);
  }
  return {
    categories: folders,
    images: async (category) => {
      if (!folders.includes(category)) {
        throw new MissingImagesError(`${path}: no folder '${category}'; there are ${folders.join(', ')}`);
      }
      return await imagesIn(join(path, category));
    },
  };
}

async function imagesIn(folder: string): Promise<readonly ImageRef[]> {
  const entries = await list(folder);
  refuseUnread(
    folder,
    entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name),
  );
  const images = entries.flatMap(({ name, isFolder }): ImageRef[] => {
    const encoding = encodingOf(name);
    if (isFolder || encoding === undefined) return [];
    return [{ label: name, encoding, bytes: async () => await readImage(join(folder, name)) }];
  });
  if (images.length > 0) return images;
  const deeper: string[] = [];
  for (const { name, isFolder } of entries) {
    if (isFolder && (await list(join(folder, name))).some((entry) => encodingOf(entry.name) !== undefined))
      deeper.push(name);
  }
  throw new MissingImagesError(
    `${folder}: no PNG, JPEG or WebP image in this category${deeperHint(folder, deeper)}`,
  );
}

/** Splits (train/cat, test/cat) and classes with a folder of their own inside are how data sets often lie. */
function deeperHint(folder: string, deeper: readonly string[]): string {
  if (deeper.length === 0) return '';
  const some = `${deeper.slice(0, 3).join(', ')}${deeper.length > 3 ? ', …' : ''}`;
  return deeper.length === 1
    ? `, but in its folder ${some}; expected the images of a category in its folder itself`
    : `, but in its folders ${some}; images.path: ${folder} takes those as the categories`;
}

async function readImage(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch(() => null);
  if (info !== null && !info.isFile())
    throw new UnreadableImageError(`${path}: expected a file, found a pipe, a device or a socket`);
  if (info !== null && info.size > MAX_ENTRY_BYTES)
    throw new UnreadableImageError(`${path}: it has ${info.size} bytes; at most ${MAX_ENTRY_BYTES} are read`);
  return await readFile(path).catch((cause: unknown) => {
    throw new UnreadableImageError(`${path} cannot be read`, { cause });
  });
}

async function list(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MissingImagesError(`${folder}: no such folder of images`, { cause });
  });
  const shown = entries.filter((entry) => !isSystemName(entry.name));
  const listed = shown.map(async (entry) => ({
    name: entry.name,
    isFolder: entry.isSymbolicLink()
      ? (await stat(join(folder, entry.name)).catch(() => null))?.isDirectory() === true
      : entry.isDirectory(),
  }));
  return (await Promise.all(listed)).sort((a, b) => compareText(a.name, b.name));
}
