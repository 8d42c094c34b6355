import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../src/decode/decode-image.ts';
import { IdxError, MissingImagesError } from '../src/errors.ts';
import { openImages } from '../src/open-images.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-images-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function idx(sizes: number[], data: number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint8(2, 8);
  header.setUint8(3, sizes.length);
  sizes.forEach((size, index) => header.setUint32(4 + 4 * index, size));
  return Buffer.concat([new Uint8Array(header.buffer), Uint8Array.from(data)]);
}

describe('openImages of mnist', () => {
  it('has ten digits of about a thousand images, 8 bits a pixel', async () => {
    const set = await openImages({ kind: 'mnist' });
    expect(set.categories).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const sevens = await set.images('7');
    expect(sevens.length).toBe(1070);
    expect(new Set(sevens.map(({ label }) => label)).size).toBe(1070);
    const bytes = await sevens[5]!.bytes();
    expect(sevens[5]!.encoding).toBe('raw/28x28x1');
    expect(bytes.length).toBe(784);
    expect(Math.max(...bytes)).toBeGreaterThan(200);
    await expect(set.images('10')).rejects.toThrow(MissingImagesError);
  });
});

describe('openImages of IDX files', () => {
  const pixels = Array.from({ length: 4 * 2 * 3 }, (_, index) => index);

  it('groups images by their label, plain or gzip', async () => {
    const images = await put('images.idx', idx([4, 2, 3], pixels));
    const labels = await put('labels.idx.gz', gzipSync(idx([4], [1, 0, 1, 5])));
    const set = await openImages({ kind: 'idx', images, labels });
    expect(set.categories).toEqual(['0', '1', '5']);
    const ones = await set.images('1');
    expect(ones.map(({ label, encoding }) => [label, encoding])).toEqual([
      ['000000', 'raw/2x3x1'],
      ['000002', 'raw/2x3x1'],
    ]);
    expect([...(await ones[1]!.bytes())]).toEqual([12, 13, 14, 15, 16, 17]);
    await expect(set.images('2')).rejects.toThrow("no image of category '2'; there are 0, 1, 5");
  });

  it('names the classes, and refuses a label without a name', async () => {
    const images = await put('named.idx', idx([2, 1, 1], [7, 8]));
    const labels = await put('named-labels.idx', idx([2], [1, 0]));
    const set = await openImages({ kind: 'idx', images, labels, classNames: ['shoe', 'bag'] });
    expect(set.categories).toEqual(['shoe', 'bag']);
    const few = openImages({ kind: 'idx', images, labels, classNames: ['shoe'] });
    await expect(few).rejects.toThrow('label 1 has no name');
  });

  it('refuses files that are damaged or do not fit together', async () => {
    const images = await put('good.idx', idx([2, 1, 1], [7, 8]));
    const open = async (imageFile: string, labelFile: string) =>
      await openImages({ kind: 'idx', images: imageFile, labels: labelFile });
    await expect(open(images, await put('three.idx', idx([3], [0, 1, 2])))).rejects.toThrow('3 labels, but');
    const cut = await put('cut.idx', idx([2, 2, 2], [1, 2]));
    await expect(open(cut, images)).rejects.toThrow('promises 8 bytes (2 × 2 × 2), found 2');
    await expect(open(await put('text.idx', Buffer.from('hello')), images)).rejects.toThrow(IdxError);
    await expect(open(await put('empty.idx', new Uint8Array()), images)).rejects.toThrow(IdxError);
    await expect(open(images, images)).rejects.toThrow('expected 1 dimensions, found 3');
    const gzip = await put('bad.gz', Uint8Array.of(0x1f, 0x8b, 1, 2, 3));
    await expect(open(gzip, images)).rejects.toThrow('gzip');
    await expect(open(join(folder, 'none'), images)).rejects.toThrow(MissingImagesError);
  });
});

describe('openImages of a folder', () => {
  it('takes one folder a category and the PNG and JPEG files in it, in the order of their names', async () => {
    const root = join(folder, 'photos');
    await mkdir(join(root, 'dog'), { recursive: true });
    await mkdir(join(root, 'cat', 'deeper'), { recursive: true });
    await mkdir(join(root, '.hidden'));
    const red = sharp({ create: { width: 4, height: 3, channels: 3, background: '#f00' } });
    await red
      .clone()
      .png()
      .toFile(join(root, 'cat', 'b.PNG'));
    await red
      .clone()
      .jpeg()
      .toFile(join(root, 'cat', 'a.jpeg'));
    await writeFile(join(root, 'cat', 'notes.txt'), 'no image');
    await symlink(join(root, 'cat'), join(root, 'linked'));
    const set = await openImages({ kind: 'folder', path: root });
    expect(set.categories).toEqual(['cat', 'dog', 'linked']);
    const cats = await set.images('cat');
    expect(cats.map(({ label, encoding }) => [label, encoding])).toEqual([
      ['a.jpeg', 'jpeg'],
      ['b.PNG', 'png'],
    ]);
    const image = await decodeImage(await cats[1]!.bytes(), cats[1]!.encoding);
    expect(image).toMatchObject({ width: 4, height: 3, channels: 3 });
    await expect(set.images('dog')).rejects.toThrow('no PNG, JPEG or WebP image in this category');
    await expect(set.images('cow')).rejects.toThrow("no folder 'cow'; there are cat, dog, linked");
  });

  it('refuses a folder that is not there, or has no category', async () => {
    const none = openImages({ kind: 'folder', path: join(folder, 'nowhere') });
    await expect(none).rejects.toThrow('no such folder of images');
    await mkdir(join(folder, 'bare'));
    const bare = openImages({ kind: 'folder', path: join(folder, 'bare') });
    await expect(bare).rejects.toThrow('expected one folder a category, found none');
  });
});

describe('openImages where a category holds images that are not read', () => {
  it('refuses it with the way to make PNG of them, and takes it once that is done', async () => {
    const path = join(folder, 'mixed');
    await mkdir(join(path, 'cat'), { recursive: true });
    const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    for (const name of ['a.png', 'b.JFIF', 'b.txt', 'c.tif', 'd.BMP'])
      await writeFile(join(path, 'cat', name), pixel);
    const images = async () => (await openImages({ kind: 'folder', path })).images('cat');
    await expect(images()).rejects.toThrow(MissingImagesError);
    await expect(images()).rejects.toThrow(
      /cat: 2 files \('c\.tif', …\) are images that unitscope does not read; .*convert\("RGB"\)\.save/,
    );
    for (const name of ['c.png', 'd.png']) await writeFile(join(path, 'cat', name), pixel);
    expect((await images()).map(({ label }) => label)).toEqual(['a.png', 'b.JFIF', 'c.png', 'd.png']);
  });
});

describe('openImages of a folder as people have them', () => {
  async function tree(name: string, files: readonly string[]): Promise<string> {
    for (const file of files) {
      await mkdir(join(folder, name, file, '..'), { recursive: true });
      await put(join(name, file), Uint8Array.of(1));
    }
    return join(folder, name);
  }

  it('takes no folder of a system or a share for a category', async () => {
    const path = await tree('system', [
      ...[
        'cat/a.png',
        'cat/@eaDir/a.png',
        'cat/.x.png',
        '@eaDir/a.png',
        '__MACOSX/cat/a.png',
        '#recycle/a.png',
      ],
      ...[
        'lost+found/a.png',
        '.ipynb_checkpoints/a.png',
        '$RECYCLE.BIN/a.png',
        'System Volume Information/a.png',
      ],
    ]);
    const set = await openImages({ kind: 'folder', path });
    expect(set.categories).toEqual(['cat']);
    expect((await set.images('cat')).map(({ label }) => label)).toEqual(['a.png']);
  });

  it('says where the categories are, of a data set in splits and of classes with a folder inside', async () => {
    const splits = await tree('splits', [
      'test/cat/a.png',
      'test/dog/a.png',
      'train/cat/a.png',
      'train/dog/a.png',
    ]);
    const set = await openImages({ kind: 'folder', path: splits });
    await expect(set.images('train')).rejects.toThrow(
      `but in its folders cat, dog; images.path: ${join(splits, 'train')} takes those as the categories`,
    );
    const nested = await tree('nested', ['cat/images/a.png', 'dog/images/a.png']);
    await expect((await openImages({ kind: 'folder', path: nested })).images('cat')).rejects.toThrow(
      'but in its folder images; expected the images of a category in its folder itself',
    );
  });
});
