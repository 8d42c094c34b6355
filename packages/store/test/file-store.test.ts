import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '@unitscope/base';
import { openStore } from '../src/open-store.js';
import { DigestMismatchError, ObjectKeyError, StoreFullError } from '../src/store-errors.js';
import { withStoreErrors } from '../src/file/errno.js';
import { bytesOf, describeStoreContract, listed, textOf } from './contract.js';

const execute = promisify(execFile);

const roots: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'unitscope-store-'));
  roots.push(folder);
  return folder;
}
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

describeStoreContract('file://', async () => {
  const folder = path.join(await newFolder(), 'not', 'yet', 'there');
  return () => openStore(folder);
});

describe('the file store', () => {
  test('keeps an object as a plain file at its key', async () => {
    const folder = await newFolder();
    await (await openStore(folder)).put('sweeps/demo/spec.yaml', bytesOf('name: demo'));
    expect(await readFile(path.join(folder, 'sweeps/demo/spec.yaml'), 'utf8')).toBe('name: demo');
  });

  test('tells keys apart that end alike, in one file of digests', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    const shards = path.join(folder, '.sha256');
    const shardOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 3);
    // `x N b` ends in ` b`, and its digest is kept in the same file.
    const n = Array.from({ length: 1e5 }, (_, i) => i).find((i) => shardOf(`x ${i} b`) === shardOf('b')) ?? 0;
    const short = await store.put('b', bytesOf('short'));
    const long = await store.put(`x ${n} b`, bytesOf('long'));
    expect(await readdir(shards)).toEqual([shardOf('b')]);
    expect(await store.head('b')).toMatchObject({ sha256: short.sha256 });
    expect(await store.head(`x ${n} b`)).toMatchObject({ sha256: long.sha256 });
    await store.delete('b');
    expect([...(await store.own(['b', `x ${n} b`]))]).toEqual([`x ${n} b`]);
  });

  test('finds a flipped byte when the object is read whole, and names store and key', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    await store.put('units/a.arrow', bytesOf('good'));
    await writeFile(path.join(folder, 'units/a.arrow'), 'goof');
    await expect(store.get('units/a.arrow')).rejects.toThrow(DigestMismatchError);
    await expect(store.verify('units/a.arrow')).rejects.toThrow(
      `[store=${pathToFileURL(folder).href}, key=units/a.arrow]`,
    );
    expect(await store.head('units/a.arrow')).toEqual({ key: 'units/a.arrow', size: 4 });
  });

  test('checks digests in a copy of the store that lost the times', async () => {
    const folder = await newFolder();
    const copy = path.join(await newFolder(), 'copy');
    const store = await openStore(folder);
    await store.put('a', bytesOf('first'));
    await store.put('a', bytesOf('second'));
    await cp(folder, copy, { recursive: true });
    const copied = await openStore(copy);
    expect(await copied.verify('a')).toBe(true);
    await writeFile(path.join(copy, 'a'), 'tampered');
    await expect(copied.get('a')).rejects.toThrow(DigestMismatchError);
  });

  test('knows the digest of a file that was moved aside and back, and so has another inode', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    const { sha256 } = await store.put('a', bytesOf('first'));
    await execute('cp', ['--preserve=timestamps', path.join(folder, 'a'), path.join(folder, 'b')]);
    await rename(path.join(folder, 'b'), path.join(folder, 'a'));
    expect(await store.head('a')).toEqual({ key: 'a', size: 5, sha256 });
  });

  test('reads a file that another program put there, and knows no digest of it', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    await store.put('a', bytesOf('ours'));
    await store.delete('a');
    await writeFile(path.join(folder, 'a'), 'theirs');
    expect(textOf(await store.get('a'))).toBe('theirs');
    expect(await store.head('a')).toEqual({ key: 'a', size: 6 });
    expect(await store.verify('a')).toBe(false);
  });

  test('survives a line of the digest ledger that a killed writer left torn', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    await store.put('a', bytesOf('one'));
    const [shard] = await readdir(path.join(folder, '.sha256'));
    await writeFile(path.join(folder, '.sha256', shard!), `${'0'.repeat(64)} 3 12`, { flag: 'a' });
    await store.put('a', bytesOf('two'));
    expect(await store.verify('a')).toBe(true);
    expect(await store.head('a')).toHaveProperty('sha256');
  });

  test('does not write through a symbolic link that leaves the root', async () => {
    const folder = await newFolder();
    const outside = await newFolder();
    await symlink(outside, path.join(folder, 'units'));
    const store = await openStore(folder);
    await expect(store.put('units/a', bytesOf('x'))).rejects.toThrow(ObjectKeyError);
    await expect(store.put('units/deep/a', bytesOf('x'))).rejects.toThrow('symbolic link');
    await expect(store.create('units/a', bytesOf('x'))).rejects.toThrow('symbolic link');
    expect(await readdir(outside)).toEqual([]);
  });

  test('replaces a symbolic link at the key itself, not what it points to', async () => {
    const folder = await newFolder();
    const target = path.join(await newFolder(), 'precious');
    await writeFile(target, 'precious');
    await symlink(target, path.join(folder, 'a'));
    await (await openStore(folder)).put('a', bytesOf('new'));
    expect(await readFile(target, 'utf8')).toBe('precious');
    expect(await readFile(path.join(folder, 'a'), 'utf8')).toBe('new');
  });

  test('makes a folder anew that was removed behind its back', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    await store.put('units/a', bytesOf('one'));
    await rm(path.join(folder, 'units'), { recursive: true });
    await store.put('units/a', bytesOf('two'));
    expect(textOf(await store.get('units/a'))).toBe('two');
  });

  test('has every object whole after a writer was killed, and clears what it left', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    const script = `
      import { openStore } from '@unitscope/store';
      const store = await openStore(process.argv[1]);
      const half = await store.createWriter('half');
      await half.write(new Uint8Array(1000));
      for (let i = 0; ; i++) {
        await store.put('objects/' + (i % 50), new Uint8Array(300_000).fill(i));
        if (i === 60) console.log('well under way');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      cwd: path.dirname(import.meta.dirname),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const keys = await listed(store.list(''));
    expect(keys).toHaveLength(50);
    for (const key of keys) {
      expect(await store.verify(key)).toBe(true);
      expect(await store.head(key)).toHaveProperty('sha256');
    }
    expect(await store.removeAbandonedWrites(60_000)).toBe(0);
    expect(await store.removeAbandonedWrites(0)).toBeGreaterThanOrEqual(1);
    expect(await readdir(path.join(folder, '.tmp'))).toEqual([]);
  });

  test('says where permission is missing, as bad input', async () => {
    const folder = await newFolder();
    const store = await openStore(folder);
    await store.put('a', bytesOf('x'));
    await chmod(folder, 0o555);
    await asOrdinaryUser(async () => {
      const refused = store.put('folder/b', bytesOf('x'));
      await expect(refused).rejects.toMatchObject({ code: 'STORE_ACCESS' });
      await expect(refused).rejects.toThrow('key=folder/b');
      await expect(refused).rejects.toThrow(InputError);
    });
  });
});

describe('a full disk', () => {
  test('is the run failing, with what was stored before left alone', async () => {
    const work = withStoreErrors('file:///s', 'units/a', () => writeFile('/dev/full', 'x'));
    await expect(work).rejects.toThrow(StoreFullError);
    await expect(work).rejects.toMatchObject({ code: 'STORE_FULL', cause: { code: 'ENOSPC' } });
    await expect(work).rejects.not.toThrow(InputError);
  });
});

/** The administrator may write anywhere; step down for the while. */
async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || seteuid === undefined) return work();
  seteuid(65534);
  try {
    await work();
  } finally {
    seteuid(0);
  }
}
