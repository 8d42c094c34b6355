import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText, InputError } from '@unitscope/base';
import { openArrow } from './arrow-table.js';
import { ImageTableError, MissingImagesError } from '../errors.js';
import type { ImageRef, ImageSet } from '../image-set.js';
import type { ImageTable, TableColumns } from './image-table.js';
import type { ImageSource } from '../image-source.js';
import { openParquet } from './parquet-table.js';
import { refuseStrangeFile } from '../decode/plain-file.js';

type TableSource = Extract<ImageSource, { kind: 'table' }>;

/** The images of a category, and the number by which it is ordered where its label is one. */
interface Category {
  readonly number: number | null;
  readonly images: ImageRef[];
}

/**
 * Parquet or Arrow tables with a column of images and one of labels, as Hugging Face lays them out: one file, or all of
 * a folder, whose rows count on from file to file. Throws ImageTableError and MissingImagesError.
 */
export async function openTables(source: TableSource): Promise<ImageSet> {
  const { path, imageColumn, labelColumn } = source;
  const wanted: TableColumns = {
    ...(imageColumn !== undefined && { image: imageColumn }),
    ...(labelColumn !== undefined && { label: labelColumn }),
  };
  const categories = new Map<string, Category>();
  let first = 0;
  for (const file of await filesAt(path)) {
    const table = await openTable(file, wanted);
    const names = source.classNames ?? table.classNames;
    for (const [row, label] of table.labels.entries()) {
      if (label === null) continue;
      const name = typeof label === 'string' || names === null ? String(label) : names[label];
      if (name === undefined) {
        throw new ImageTableError(
          `${file}: row ${row}: label ${label} has no name; there are ${names?.length ?? 0} class names`,
        );
      }
      let category = categories.get(name);
      if (category === undefined) {
        categories.set(name, (category = { number: typeof label === 'number' ? label : null, images: [] }));
      }
      category.images.push({
        label: String(first + row).padStart(8, '0'),
        encoding: 'image',
        bytes: async () => await readImage(file, table, row),
      });
    }
    first += table.labels.length;
  }
  if (categories.size === 0) throw new MissingImagesError(`${path}: no row has a label`);
  const ordered = [...categories].sort(
    ([a, { number: x }], [b, { number: y }]) => (x ?? 0) - (y ?? 0) || compareText(a, b),
  );
  return {
    categories: ordered.map(([name]) => name),
    images: (name) => {
      const category = categories.get(name);
      if (category) return Promise.resolve(category.images);
      const there = ordered.map(([known]) => known).join(', ');
      return Promise.reject(
        new MissingImagesError(`${path}: no image of category '${name}'; there are ${there}`),
      );
    },
  };
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new MissingImagesError(`${path}: no such table of images`, { cause });
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.(parquet|arrow|feather)$/i.test(name));
  if (names.length === 0) {
    throw new MissingImagesError(`${path}: expected .parquet or .arrow files in this folder, found none`);
  }
  return names.sort(compareText).map((name) => join(path, name));
}

async function openTable(path: string, wanted: TableColumns): Promise<ImageTable> {
  await refuseStrangeFile(path);
  try {
    return await ((await startsWith(path, 'PAR1')) ? openParquet(path, wanted) : openArrow(path, wanted));
  } catch (cause) {
    throw asTableError(path, cause);
  }
}

async function readImage(path: string, table: ImageTable, row: number): Promise<Uint8Array> {
  try {
    return await table.image(row);
  } catch (cause) {
    throw asTableError(path, cause);
  }
}

function asTableError(path: string, cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ImageTableError(`${path}: expected a Parquet or Arrow file of images: ${reason}`, { cause });
}

async function startsWith(path: string, magic: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.toString('latin1') === magic;
  } finally {
    await handle.close();
  }
}
