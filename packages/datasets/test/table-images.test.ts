import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  binary,
  columnFromArray,
  int32,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
  type DataType,
} from '@uwdata/flechette';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../src/decode/decode-image.ts';
import { ImageTableError, MissingImagesError } from '../src/errors.ts';
import type { ImageSource } from '../src/image-source.ts';
import { openImages } from '../src/open-images.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-tables-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const open = (path: string, more: Partial<ImageSource> = {}) =>
  openImages({ kind: 'table', path, ...more } as ImageSource);

const image = struct({ bytes: binary(), path: utf8() });
const cells = ['one', 'two', 'three'].map((text) => ({ bytes: Buffer.from(text), path: `${text}.png` }));

async function arrow(
  name: string,
  columns: Record<string, [unknown[], DataType]>,
  format: 'file' | 'stream' = 'file',
): Promise<string> {
  const made = Object.entries(columns).map(
    ([key, [values, type]]) => [key, columnFromArray(values, type)] as const,
  );
  const path = join(folder, name);
  await writeFile(
    path,
    tableToIPC(tableFromColumns(made.map(([key, column]) => [key, column])), { format })!,
  );
  return path;
}

describe('openImages of a table', () => {
  it('reads Parquet as Hugging Face writes it, with its class names, and leaves rows without a label out', async () => {
    const set = await open(fixture('hugging-face.parquet'));
    expect(set.categories).toEqual(['shoe', 'bag']);
    const bags = await set.images('bag');
    expect(bags.map(({ label, encoding }) => [label, encoding])).toEqual([
      ['00000000', 'image'],
      ['00000002', 'image'],
      ['00000005', 'image'],
    ]);
    const red = await Promise.all(
      bags.map(async (ref) => (await decodeImage(await ref.bytes(), 'image')).data[0]),
    );
    expect(red).toEqual([0, 80, 200]);
    await expect(set.images('hat')).rejects.toThrow("no image of category 'hat'; there are shoe, bag");
  });

  it('takes numbers as categories where nothing names them, or the names it is given', async () => {
    const path = fixture('no-names.parquet');
    expect((await open(path)).categories).toEqual(['0', '1']);
    expect((await open(path, { classNames: ['a', 'b'] })).categories).toEqual(['a', 'b']);
    await expect(open(path, { classNames: ['a'] })).rejects.toThrow('row 0: label 1 has no name');
  });

  it('reads Arrow files and streams, with text labels and other names of columns', async () => {
    for (const format of ['file', 'stream'] as const) {
      const path = await arrow(
        `${format}.arrow`,
        { img: [cells, image], kind: [['dog', 'cat', 'dog'], utf8()] },
        format,
      );
      const set = await open(path, { labelColumn: 'kind' });
      expect(set.categories).toEqual(['cat', 'dog']);
      const dogs = await set.images('dog');
      const texts = await Promise.all(dogs.map(async (ref) => Buffer.from(await ref.bytes()).toString()));
      expect(texts).toEqual(['one', 'three']);
    }
  });

  it('counts rows on from file to file of a folder', async () => {
    const shards = join(folder, 'shards');
    await mkdir(shards);
    const columns: Record<string, [unknown[], DataType]> = {
      image: [cells, image],
      label: [[0, 1, 0], int32()],
    };
    await arrow('shards/data-0.arrow', columns);
    await arrow('shards/data-1.arrow', columns);
    await writeFile(join(shards, 'dataset_info.json'), '{}');
    const zeros = await (await open(shards)).images('0');
    expect(zeros.map(({ label }) => label)).toEqual(['00000000', '00000002', '00000003', '00000005']);
    expect(Buffer.from(await zeros[2]!.bytes()).toString()).toBe('one');
  });

  it('says which columns there are where none fits', async () => {
    const path = await arrow('columns.arrow', {
      a: [cells, image],
      b: [cells, image],
      c: [[1, 2, 3], int32()],
    });
    await expect(open(path)).rejects.toThrow('expected a column of images');
    await expect(open(path)).rejects.toThrow('found the columns a, b, c; images.columns.image names one');
    await expect(open(path, { imageColumn: 'a' })).rejects.toThrow("expected a column 'label' of categories");
    await expect(open(path, { imageColumn: 'a', labelColumn: 'b' })).rejects.toThrow(
      'a label that is a text',
    );
    expect((await open(path, { imageColumn: 'b', labelColumn: 'c' })).categories).toEqual(['1', '2', '3']);
  });

  it('loses no other image by a row without one', async () => {
    const some = cells.map((cell, row) => (row === 1 ? null : cell));
    const path = await arrow('null.arrow', { image: [some, image], label: [[0, 0, 0], int32()] });
    const [first, second, third] = await (await open(path)).images('0');
    expect(Buffer.from(await first!.bytes()).toString()).toBe('one');
    await expect(second!.bytes()).rejects.toThrow('row 1: expected the bytes of an image, found none');
    expect(Buffer.from(await third!.bytes()).toString()).toBe('three');
    // Six rows of one row group, the last without an image.
    const parquet = await (await open(fixture('null-image.parquet'))).images('c');
    for (const ref of parquet.slice(0, 5)) expect((await ref.bytes()).length).toBeGreaterThan(2000);
    await expect(parquet[5]!.bytes()).rejects.toThrow(ImageTableError);
  });

  it('says of a dictionary that it cannot read how to write texts', async () => {
    await expect(open(fixture('polars-categorical.arrow'))).rejects.toThrow(
      'a dictionary in it cannot be read (polars writes its Categorical so); write its texts: pl.read_ipc(path)',
    );
  });

  it('refuses images that are paths alone', async () => {
    const paths = cells.map(({ path }) => ({ bytes: null, path }));
    const path = await arrow('paths.arrow', { image: [paths, image], label: [[0, 0, 0], int32()] });
    await expect(open(path)).rejects.toThrow('row 0: expected the bytes of an image, found none');
  });

  it('refuses what is no table, or a damaged one', async () => {
    const text = join(folder, 'text.arrow');
    await writeFile(text, 'this is no table');
    await expect(open(text)).rejects.toThrow(ImageTableError);
    const cut = join(folder, 'cut.parquet');
    await writeFile(cut, 'PAR1 and no more');
    await expect(open(cut)).rejects.toThrow('expected a Parquet or Arrow file of images');
    await expect(open(join(folder, 'none'))).rejects.toThrow(MissingImagesError);
    await mkdir(join(folder, 'empty'));
    await expect(open(join(folder, 'empty'))).rejects.toThrow('expected .parquet or .arrow files');
  });
});
