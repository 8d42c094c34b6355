import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cropPhotos } from '../src/photo-crops.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-crops-'));
  await mkdir(join(folder, 'photos'));
  const noise = (width: number, height: number) =>
    sharp({
      create: {
        width,
        height,
        channels: 3,
        background: '#777',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    });
  await noise(300, 200)
    .jpeg()
    .toFile(join(folder, 'photos', 'cat.jpg'));
  await noise(160, 260)
    .png()
    .toFile(join(folder, 'photos', 'cup.png'));
  await noise(40, 400)
    .png()
    .toFile(join(folder, 'photos', 'sliver.png'));
  await writeFile(join(folder, 'photos', 'notes.txt'), 'no picture');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('makes a category of each photograph that is large enough, the same crops for the same seed', async () => {
  const options = { perPhoto: 3, size: 64, seed: 1 };
  expect(await cropPhotos(join(folder, 'photos'), join(folder, 'a'), options)).toEqual(['cat', 'cup']);
  expect(await cropPhotos(join(folder, 'photos'), join(folder, 'b'), options)).toEqual(['cat', 'cup']);
  expect(await readdir(join(folder, 'a', 'cat'))).toEqual([
    'crop-0000.png',
    'crop-0001.png',
    'crop-0002.png',
  ]);
  const bytes = (name: string, crop: string) => readFile(join(folder, name, 'cat', crop));
  expect(await bytes('a', 'crop-0001.png')).toEqual(await bytes('b', 'crop-0001.png'));
  expect(await bytes('a', 'crop-0001.png')).not.toEqual(await bytes('a', 'crop-0002.png'));
  const { width, height } = await sharp(join(folder, 'a', 'cup', 'crop-0000.png')).metadata();
  expect([width, height]).toEqual([64, 64]);
});

it('crops anew where the photographs are others, and not where they are the same', async () => {
  const photos = join(folder, 'changing');
  const to = join(folder, 'changing-crops');
  const options = { perPhoto: 2, size: 32, seed: 0 };
  const photo = (name: string, background: string) =>
    sharp({ create: { width: 200, height: 200, channels: 3, background } })
      .png()
      .toFile(join(photos, name));
  await mkdir(photos);
  await photo('one.png', '#123');
  await photo('two.png', '#456');
  await cropPhotos(photos, to, options);
  const first = await stat(join(to, 'one', 'crop-0000.png'));
  await cropPhotos(photos, to, options);
  expect((await stat(join(to, 'one', 'crop-0000.png'))).ino).toBe(first.ino);
  await photo('three.png', '#789');
  expect(await cropPhotos(photos, to, options)).toEqual(['one', 'three', 'two']);
  expect(await readdir(join(to, 'three'))).toHaveLength(2);
});

it('names the photograph that cannot be decoded', async () => {
  const photos = join(folder, 'damaged');
  await mkdir(photos);
  await writeFile(join(photos, 'cat.jpg'), 'no picture');
  const crops = cropPhotos(photos, join(folder, 'e'), { perPhoto: 2, size: 32, seed: 0 });
  await expect(crops).rejects.toThrow(/cat\.jpg: expected a photograph/);
});

it('refuses a folder without two photographs, and one that is not there', async () => {
  await mkdir(join(folder, 'few'));
  await sharp({ create: { width: 200, height: 200, channels: 3, background: '#123' } })
    .png()
    .toFile(join(folder, 'few', 'one.png'));
  const options = { perPhoto: 2, size: 32, seed: 0 };
  await expect(cropPhotos(join(folder, 'few'), join(folder, 'c'), options)).rejects.toThrow(
    'found 1 of 1 files',
  );
  await expect(cropPhotos(join(folder, 'no'), join(folder, 'd'), options)).rejects.toThrow('cannot be read');
});

it('replaces crops, and nothing else that has the name', async () => {
  const options = { perPhoto: 2, size: 32, seed: 0 };
  const photos = join(folder, 'photos');
  const taken = join(folder, 'taken');
  await mkdir(join(taken, 'holidays'), { recursive: true });
  await expect(cropPhotos(photos, taken, options)).rejects.toThrow(/expected nothing, or a folder of crops/);
  expect(await readdir(taken)).toEqual(['holidays']);
  await symlink(taken, join(folder, 'linked'));
  await expect(cropPhotos(photos, join(folder, 'linked'), options)).rejects.toThrow(/found something else/);
  expect(await readdir(taken)).toEqual(['holidays']);
  await mkdir(join(folder, 'beside.partial'));
  await writeFile(join(folder, 'beside.json'), 'mine');
  await cropPhotos(photos, join(folder, 'beside'), options);
  expect(await readFile(join(folder, 'beside.json'), 'utf8')).toBe('mine');
  expect(await readdir(folder)).toContain('beside.partial');
});
