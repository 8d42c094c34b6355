import { open, type FileHandle } from 'node:fs/promises';
import { compareText } from '@unitscope/base';
import { MAX_ENTRY_BYTES, type ArchiveEntry } from './archive-entry.js';
import { ArchiveError, MissingImagesError } from '../errors.js';
import { encodingOf, isUnread, refuseUnread, type ImageRef, type ImageSet } from '../image-set.js';
import { refuseStrangeFile } from '../decode/plain-file.js';
import { isSystemName } from '../decode/system-names.js';
import { openTar } from './tar-archive.js';
import { openZip } from './zip-archive.js';

/**
 * A zip or tar file (plain or gzip) that holds one folder a category. Nothing is unpacked to names of the
 * archive's choosing, so that no name can lead out of it. Throws ArchiveError and MissingImagesError.
 */
export async function openArchive(path: string, inside?: string): Promise<ImageSet> {
  const entries = await list(path);
  const images = entries.filter(
    ({ name }) => isShown(name) && (encodingOf(name) !== undefined || isUnread(name)),
  );
  for (const { name } of images) refuseStrangeName(path, name);
  const root = inside === undefined ? commonRoot(images) : withSlash(inside);
  const categories = new Map<string, ArchiveEntry[]>();
  for (const entry of images) {
    const [category, file, ...deeper] = entry.name.startsWith(root)
      ? entry.name.slice(root.length).split('/')
      : [];
    if (category === undefined || file === undefined || deeper.length > 0) continue;
    const known = categories.get(category);
    if (known) known.push(entry);
    else categories.set(category, [entry]);
  }
  if (categories.size === 0) {
    const place = root === '' ? path : `${path}, folder ${root}`;
    const files = entries.length === 1 ? '1 file' : `${entries.length} files`;
    throw new MissingImagesError(
      `${place}: expected one folder of PNG, JPEG or WebP images a category, found none among ${files}${deeperHint(images, root)}`,
    );
  }
  const names = [...categories.keys()].sort(compareText);
  return {
    categories: names,
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
    images: async (category) => {
      const found = categories.get(category);
      if (found) return imagesOf(path, root + category, found);
      throw new MissingImagesError(`${path}: no folder '${root}${category}'; there are ${names.join(', ')}`);
    },
  };
}

async function list(path: string): Promise<readonly ArchiveEntry[]> {
  await refuseStrangeFile(path);
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (cause) {
    throw new MissingImagesError(`${path}: no such archive of images`, { cause });
  }
  try {
    if ((await handle.stat()).isDirectory()) {
      throw new ArchiveError(
        `${path}: expected a zip, tar or tar.gz file, found a folder (images.from: folder)`,
      );
    }
    const head = new Uint8Array(4);
    await handle.read(head, 0, 4, 0);
    const [first, second] = head;
    return first === 0x50 && second === 0x4b
      ? await openZip(path)
      : await openTar(path, first === 0x1f && second === 0x8b);
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArchiveError(`${path}: expected a zip, tar or tar.gz file: ${reason}`, { cause });
  } finally {
    await handle.close();
  }
}

function isShown(name: string): boolean {
  return !name.split('/').some((part) => part !== '.' && part !== '..' && isSystemName(part));
}

/** The folder that holds one folder of images a category, where the images lie one deeper than was looked for. */
function deeperHint(images: readonly ArchiveEntry[], root: string): string {
  const splits = new Set<string>();
  for (const { name } of images) {
    const parts = name.startsWith(root) ? name.slice(root.length).split('/') : [];
    if (parts.length === 3) splits.add(`${root}${parts[0] ?? ''}`);
  }
  const [first] = [...splits].sort(compareText);
  if (first === undefined) return '';
  return `; images.inside: ${first} takes the folders in it as the categories (there are ${[...splits].join(', ')})`;
}

function refuseStrangeName(path: string, name: string): void {
  const parts = name.split('/');
  if (!name.startsWith('/') && !name.includes('\\') && !parts.includes('..')) return;
  throw new ArchiveError(`${path}: the entry '${name}' leads out of the archive`);
}

/** The deepest folder that holds the folders of all images, with its last `/`. */
function commonRoot(images: readonly ArchiveEntry[]): string {
  let common: string[] | null = null;
  for (const { name } of images) {
    const parts = name.split('/').slice(0, -2);
    // A file that lies beside the folders belongs to no category and says nothing.
    if (!name.includes('/')) continue;
    if (common === null) common = parts;
    const differs: number = common.findIndex((part, index) => part !== parts[index]);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common === null || common.length === 0 ? '' : `${common.join('/')}/`;
}

function withSlash(folder: string): string {
  const trimmed = folder.replace(/^(\.?\/)+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

function imagesOf(path: string, folder: string, entries: readonly ArchiveEntry[]): readonly ImageRef[] {
  // A tar file may hold a name twice; the later one counts, as when it is unpacked.
  const byLabel = new Map(entries.map((entry) => [entry.name.slice(folder.length + 1), entry]));
  const labels = [...byLabel.keys()].sort(compareText);
  refuseUnread(`${path}, folder ${folder}`, labels);
  return labels.flatMap((label): ImageRef[] => {
    const entry = byLabel.get(label);
    const encoding = encodingOf(label);
    if (entry === undefined || encoding === undefined) return [];
    return [{ label, encoding, bytes: async () => await read(path, entry) }];
  });
}

async function read(path: string, entry: ArchiveEntry): Promise<Uint8Array> {
  if (entry.bytes > MAX_ENTRY_BYTES) {
    throw new ArchiveError(
      `${path}: the entry '${entry.name}' has ${entry.bytes} bytes; at most ${MAX_ENTRY_BYTES} are read`,
    );
  }
  try {
    return await entry.read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArchiveError(`${path}: the entry '${entry.name}' cannot be read: ${reason}`, { cause });
  }
}
