import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArchiveError, MissingImagesError } from '../src/errors.ts';
import { openImages } from '../src/open-images.ts';
import { zipBytes } from './zip-builder.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-archives-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A file is its name as bytes, so that what is read can be told. */
const files = (names: readonly string[]) => names.map((name) => ({ name, bytes: Buffer.from(name) }));

async function tarBytes(names: readonly string[]): Promise<Uint8Array> {
  const tar = pack();
  for (const { name, bytes } of files(names)) tar.entry({ name }, bytes);
  tar.finalize();
  return await buffer(tar);
}

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function contents(path: string, inside?: string): Promise<Record<string, string[]>> {
  const set = await openImages({ kind: 'archive', path, ...(inside !== undefined && { inside }) });
  const all: Record<string, string[]> = {};
  for (const category of set.categories) {
    const images = await set.images(category);
    all[category] = await Promise.all(
      images.map(async (ref) => `${ref.label}=${Buffer.from(await ref.bytes()).toString()}`),
    );
  }
  return all;
}

const deep = 'x'.repeat(150);
const names = [
  'set/README.txt',
  'set/train/dog/b.webp',
  `set/train/cat/${deep}.jpg`,
  'set/train/cat/a.PNG',
  'set/train/cat/deeper/c.png',
  'set/train/cat/.hidden.png',
  '__MACOSX/set/train/cat/a.png',
];
const expected = {
  cat: ['a.PNG=set/train/cat/a.PNG', `${deep}.jpg=set/train/cat/${deep}.jpg`],
  dog: ['b.webp=set/train/dog/b.webp'],
};

describe('openImages of an archive', () => {
  it('refuses a category with images that are not read', async () => {
    const path = await put('unread.tar', await tarBytes(['set/cat/a.png', 'set/cat/b.ppm', 'set/dog/a.bmp']));
    const set = await openImages({ kind: 'archive', path });
    expect(set.categories).toEqual(['cat', 'dog']);
    await expect(set.images('cat')).rejects.toThrow(
      /unread\.tar, folder set\/cat: 'b\.ppm' is an image that unitscope does not read/,
    );
    await expect(set.images('dog')).rejects.toThrow("'a.bmp' is an image that unitscope does not read");
  });

  it('takes one folder a category below what all have in common, from zip, tar and tar.gz', async () => {
    expect(await contents(await put('a.zip', zipBytes(files(names))))).toEqual(expected);
    const tar = await tarBytes(names);
    expect(await contents(await put('a.tar', tar))).toEqual(expected);
    expect(await contents(await put('a.tar.gz', gzipSync(tar)))).toEqual(expected);
  });

  it('takes the folder it is told', async () => {
    const path = await put(
      'split.zip',
      zipBytes(files(['train/cat/a.png', 'train/dog/b.png', 'val/cat/c.png'])),
    );
    expect(await contents(path, 'val/')).toEqual({ cat: ['c.png=val/cat/c.png'] });
    await expect(contents(path)).rejects.toThrow(
      'expected one folder of PNG, JPEG or WebP images a category',
    );
    await expect(contents(path, 'test')).rejects.toThrow(MissingImagesError);
  });

  it('says which folder to take where the categories lie in splits', async () => {
    const splits = ['test/cat/a.png', 'train/cat/a.png', 'train/@eaDir/a.png'].map((name) => `set/${name}`);
    await expect(contents(await put('splits.tar', await tarBytes(splits)))).rejects.toThrow(
      'images.inside: set/test takes the folders in it as the categories (there are set/test, set/train)',
    );
  });

  it('leaves nothing behind that it unpacked', async () => {
    const temporary = join(folder, 'temporary');
    await mkdir(temporary);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary;
    try {
      const path = await put('left.tgz', gzipSync(await tarBytes(names)));
      expect(await contents(path)).toEqual(expected);
      expect(await readdir(temporary)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('refuses names that lead out of the archive', async () => {
    const zip = await put('out.zip', zipBytes(files(['cat/a.png', '../../etc/cat/b.png'])));
    await expect(contents(zip)).rejects.toThrow(/out\.zip: .*\.\.\/\.\.\/etc\/cat\/b\.png/);
    const tar = await put('out.tar', await tarBytes(['cat/a.png', '../../etc/cat/b.png']));
    await expect(contents(tar)).rejects.toThrow("the entry '../../etc/cat/b.png' leads out of the archive");
  });

  it('refuses bombs: entries that claim too much or unpack to more than they claim, and tar.gz that swells', async () => {
    const claim = await put(
      'claim.zip',
      zipBytes([{ name: 'cat/a.png', bytes: new Uint8Array(9), claims: 2 ** 30 }]),
    );
    await expect(contents(claim)).rejects.toThrow("the entry 'cat/a.png' has 1073741824 bytes");
    const lie = await put(
      'lie.zip',
      zipBytes([{ name: 'cat/a.png', bytes: new Uint8Array(2 ** 20), claims: 10 }]),
    );
    await expect(contents(lie)).rejects.toThrow(ArchiveError);
    const swollen = await put('swollen.tar.gz', gzipSync(new Uint8Array(2 ** 28), { level: 9 }));
    await expect(contents(swollen)).rejects.toThrow('unpacks to more than 50 times its size');
  });

  it('names what is no archive, or a damaged one', async () => {
    const zip = zipBytes(files(names));
    await expect(contents(await put('cut.zip', zip.subarray(0, 100)))).rejects.toThrow(ArchiveError);
    const tar = await tarBytes(names);
    await expect(contents(await put('cut.tar', tar.subarray(0, 3000)))).rejects.toThrow(ArchiveError);
    await expect(contents(await put('cut.tgz', gzipSync(tar).subarray(0, 200)))).rejects.toThrow(
      ArchiveError,
    );
    await expect(contents(await put('text.tar', Buffer.from('no archive'.repeat(100))))).rejects.toThrow(
      'expected a zip, tar or tar.gz file',
    );
    await expect(contents(folder)).rejects.toThrow('found a folder (images.from: folder)');
    await expect(contents(join(folder, 'none.zip'))).rejects.toThrow('no such archive of images');
  });

  it('finds a flipped bit by the checksum of its entry', async () => {
    const zip = Uint8Array.from(zipBytes(files(['cat/a.png', 'cat/b.png'])));
    // Inside the packed bytes of the first entry: header 30, name 9, then the block's own header.
    zip[30 + 9 + 4]! ^= 1;
    await expect(contents(await put('bit.zip', zip))).rejects.toThrow("the entry 'cat/a.png' cannot be read");
  });
});
