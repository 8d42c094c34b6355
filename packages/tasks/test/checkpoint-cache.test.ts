import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointCache } from '../src/inputs/checkpoint-cache.ts';
import { CacheFolderError } from '../src/errors.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
let parent = '';
let inside = '';
let victim = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'unitscope-cache-'));
  inside = join(parent, 'unitscope-checkpoints');
  victim = await mkdtemp(join(tmpdir(), 'unitscope-victim-'));
  await writeFile(join(victim, 'bait'), 'bait');
});
afterEach(async () => {
  for (const folder of [parent, victim]) await rm(folder, { recursive: true, force: true });
});

async function put(cache: CheckpointCache, digest: string, bytes = 10): Promise<void> {
  const partial = await cache.begin();
  await writeFile(join(partial, 'm.onnx'), new Uint8Array(bytes));
  await cache.keep(partial, digest);
}
const used = (digest: string, seconds: number): Promise<void> =>
  utimes(join(inside, digest), new Date(seconds * 1000), new Date(seconds * 1000));

it('keeps content by its digest in a folder that only its user may enter', async () => {
  const cache = new CheckpointCache(parent, 100);
  expect(await cache.has(a)).toBe(false);
  await put(cache, a);
  expect(await cache.has(a)).toBe(true);
  expect(cache.pathOf(a)).toBe(join(inside, a));
  expect((await lstat(inside)).mode & 0o777).toBe(0o700);
  expect(await new CheckpointCache(parent, 100).has(a)).toBe(true);
});

it('removes what was used longest ago, and no more than room needs', async () => {
  const cache = new CheckpointCache(parent, 100);
  for (const [i, digest] of [a, b, c].entries()) {
    await put(cache, digest, 30);
    await used(digest, 1000 + i);
  }
  await used(b, 500);
  await cache.makeRoom(30);
  expect((await readdir(inside)).filter((name) => !name.startsWith('.')).sort()).toEqual([a, c]);
});

it.each(['../../victim', '..', '', 'A'.repeat(64), `${a}/x`, `${a}\n`])('has no place for %j', (digest) => {
  expect(() => new CheckpointCache(parent, 1).pathOf(digest)).toThrow(RangeError);
});

describe('what is not its own', () => {
  it('is never removed: links, files, other names, and whatever lies beside its folder', async () => {
    await mkdir(join(parent, b));
    await writeFile(join(parent, b, 'bait'), 'bait');
    const cache = new CheckpointCache(parent, 0);
    await put(cache, a, 1);
    await writeFile(join(inside, 'notes.txt'), 'bait');
    await mkdir(join(inside, 'work'));
    await writeFile(join(inside, c), 'bait');
    await symlink(victim, join(inside, b));
    await expect(cache.makeRoom(2 ** 60)).rejects.toMatchObject({ code: 'CACHE_FULL' });
    await cache.forget(b);
    await cache.forget(c);
    expect((await readdir(inside)).sort()).toEqual(['.unitscope-cache', b, c, 'notes.txt', 'work'].sort());
    expect(await readFile(join(victim, 'bait'), 'utf8')).toBe('bait');
    expect(await readdir(join(parent, b))).toEqual(['bait']);
  });

  it('is not content: a link with the name of a digest', async () => {
    const cache = new CheckpointCache(parent, 100);
    await put(cache, a);
    await symlink(victim, join(inside, b));
    expect(await cache.has(b)).toBe(false);
  });

  it('does not become its folder: a link, a file, or a folder without its marker', async () => {
    await symlink(victim, inside);
    await expect(new CheckpointCache(parent, 100).has(a)).rejects.toThrow(CacheFolderError);
    expect(await readdir(victim)).toEqual(['bait']);
    await rm(inside);
    await writeFile(inside, '');
    await expect(new CheckpointCache(parent, 100).begin()).rejects.toThrow('found a file');
    await rm(inside);
    await mkdir(inside);
    await writeFile(join(inside, 'bait'), 'bait');
    await expect(new CheckpointCache(parent, 100).makeRoom(1)).rejects.toThrow('UNITSCOPE_CACHE');
    expect(await readdir(inside)).toEqual(['bait']);
  });
});

it('closes a folder of its own that others could enter', async () => {
  await put(new CheckpointCache(parent, 100), a);
  await chmod(inside, 0o777);
  expect(await new CheckpointCache(parent, 100).has(a)).toBe(true);
  expect((await lstat(inside)).mode & 0o077).toBe(0);
});

it('clears a fetch that died a day ago, and not one that goes on', async () => {
  const cache = new CheckpointCache(parent, 100);
  const [old, young] = [await cache.begin(), await cache.begin()];
  await utimes(old, new Date(0), new Date(0));
  await cache.makeRoom(0);
  expect((await readdir(inside)).map((name) => join(inside, name))).not.toContain(old);
  expect((await lstat(young)).isDirectory()).toBe(true);
});

it('is one folder for threads that begin at once', async () => {
  const caches = Array.from({ length: 8 }, () => new CheckpointCache(parent, 1000));
  await Promise.all(caches.map((cache) => put(cache, a)));
  expect((await readdir(parent)).sort()).toEqual(['unitscope-checkpoints']);
  expect((await readdir(inside)).sort()).toEqual(['.unitscope-cache', a].sort());
});
