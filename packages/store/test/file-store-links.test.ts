import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../src/open-store.ts';
import type { ObjectStore } from '../src/object-store.ts';
import { ObjectNotFoundError, StoreLinkError } from '../src/store-errors.ts';
import { listed } from './contract.ts';

// A store that was unpacked from an archive of others: links and pipes stand where it has folders and files of its own.

const bytes = Buffer.from('abc');
const name = '0'.repeat(64);
let folder = '';
let root = '';
let victim = '';
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unitscope-links-'));
  root = path.join(folder, 'store');
  victim = path.join(folder, 'victim');
  await mkdir(root);
  await mkdir(victim);
  await writeFile(path.join(victim, name), 'bait');
  store = await openStore(root);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const expectUntouched = async (): Promise<void> => {
  expect(await readdir(victim)).toEqual([name]);
  expect(await readFile(path.join(victim, name), 'utf8')).toBe('bait');
};
/** The file of digests that a key is in. */
const shardOf = async (key: string): Promise<string> => {
  await store.put(key, bytes);
  const [shard = ''] = await readdir(path.join(root, '.sha256'));
  return path.join(root, '.sha256', shard);
};

describe('a folder that is a symbolic link', () => {
  it.each(['.tmp', '.sha256'])('is not written through: %s', async (place) => {
    await symlink(victim, path.join(root, place));
    await expect(store.put('units/a', bytes)).rejects.toThrow(StoreLinkError);
    await expectUntouched();
  });

  it.each(['inputs', 'units', 'sweeps'])(
    'is not listed, nor is anything removed in it: %s',
    async (place) => {
      await symlink(victim, path.join(root, place));
      await expect(store.delete(`${place}/${name}`)).rejects.toThrow(StoreLinkError);
      await expect(listed(store.list(`${place}/`))).rejects.toThrow(StoreLinkError);
      expect(await listed(store.list(''))).toEqual([]);
      await expectUntouched();
    },
  );

  it('is not followed deeper down either', async () => {
    await mkdir(path.join(root, 'sweeps', 's'), { recursive: true });
    await symlink(victim, path.join(root, 'sweeps', 's', 'results'));
    await expect(store.delete(`sweeps/s/results/${name}`)).rejects.toThrow(StoreLinkError);
    expect(await listed(store.list('sweeps/s/'))).toEqual([]);
    await expectUntouched();
  });

  it('is where no abandoned writes are looked for', async () => {
    const old = new Date(0);
    const temporary = '01234567-89ab-cdef-0123-456789abcdef';
    await writeFile(path.join(victim, temporary), 'bait');
    await utimes(path.join(victim, temporary), old, old);
    await symlink(victim, path.join(root, '.tmp'));
    await expect(store.removeAbandonedWrites(0)).rejects.toThrow(StoreLinkError);
    expect(await readdir(victim)).toContain(temporary);
  });
});

it('reads nothing that a link leads to outside the store, and what one leads to inside', async () => {
  await store.put('units/a', bytes);
  await symlink('a', path.join(root, 'units', 'b'));
  await symlink(path.join(victim, name), path.join(root, 'units', name));
  await symlink(victim, path.join(root, 'inputs'));
  expect(await store.get('units/b')).toEqual(bytes);
  for (const key of [`units/${name}`, `inputs/${name}`]) {
    expect(await store.head(key)).toBeUndefined();
    await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError);
    await expect(store.open(key)).rejects.toThrow(ObjectNotFoundError);
    await expect(store.verify(key)).rejects.toThrow(ObjectNotFoundError);
  }
});

it('removes of abandoned writes only what is called and made as they are', async () => {
  const temporary = path.join(root, '.tmp');
  await mkdir(temporary);
  const [file, linked, folderLike] = ['0', '1', '2'].map(
    (digit) => `0123456${digit}-89ab-cdef-0123-456789abcdef`,
  );
  await writeFile(path.join(temporary, file!), 'left');
  await writeFile(path.join(temporary, 'notes.txt'), 'bait');
  await symlink(path.join(victim, name), path.join(temporary, linked!));
  await mkdir(path.join(temporary, folderLike!));
  const old = new Date(0);
  for (const one of [file!, 'notes.txt', folderLike!]) await utimes(path.join(temporary, one), old, old);
  expect(await store.removeAbandonedWrites(1000)).toBe(1);
  expect((await readdir(temporary)).sort()).toEqual([linked, folderLike, 'notes.txt'].sort());
  await expectUntouched();
});

describe('a file of digests', () => {
  it('that is a symbolic link is not appended to', async () => {
    const shard = await shardOf('units/a');
    await rm(shard);
    await symlink(path.join(victim, name), shard);
    await expect(store.put('units/a', bytes)).rejects.toThrow(StoreLinkError);
    expect(await store.head('units/a')).toEqual({ key: 'units/a', size: 3 });
    await expectUntouched();
  });

  it('that is a pipe is not waited for', async () => {
    const shard = await shardOf('units/a');
    await rm(shard);
    execFileSync('mkfifo', [shard]);
    await expect(store.put('units/a', bytes)).rejects.toThrow(StoreLinkError);
    expect(await store.verify('units/a')).toBe(false);
  });

  it('that has a second name elsewhere is copied, and what has that name stays as it is', async () => {
    const shard = await shardOf('units/a');
    const before = await readFile(shard, 'utf8');
    await link(shard, path.join(folder, 'elsewhere'));
    await store.put('units/a', Buffer.from('abcd'));
    expect(await readFile(path.join(folder, 'elsewhere'), 'utf8')).toBe(before);
    expect(await store.verify('units/a')).toBe(true);
    expect(await readdir(path.join(root, '.sha256'))).toHaveLength(1);
  });

  it('tells digests only where a line has 64 hex digits', async () => {
    const shard = await shardOf('units/a');
    const text = await readFile(shard, 'utf8');
    await writeFile(shard, text.replace(/[0-9a-f]{64}/, '../../x'));
    expect(await store.head('units/a')).toEqual({ key: 'units/a', size: 3 });
    expect([...(await store.own(['units/a']))]).toEqual([]);
  });
});

it('does not wait for a pipe that has the name of an object', async () => {
  await mkdir(path.join(root, 'units'));
  execFileSync('mkfifo', [path.join(root, 'units', 'a')]);
  await expect(store.get('units/a')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  expect(await store.head('units/a')).toBeUndefined();
});

it('tells what it wrote from what someone else put there', async () => {
  await store.put('units/a', bytes);
  await writeFile(path.join(root, 'units', 'b'), 'bait');
  expect([...(await store.own(['units/a', 'units/b', 'units/c']))]).toEqual(['units/a']);
});
