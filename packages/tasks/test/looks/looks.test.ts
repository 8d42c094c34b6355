import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileVersion } from '@unitscope/models';
import { z } from 'zod';
import { CheckpointCache } from '../../src/inputs/checkpoint-cache.js';
import { Looks } from '../../src/resolve/looks/looks.js';

let folder = '';
let file = '';
let looked = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-looks-'));
  file = join(folder, 'weights');
  looked = 0;
  await writeFile(file, 'first');
  // Files of this test were written a minute ago.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

function looks(sweep = 'sweep'): Promise<Looks> {
  return Looks.of(sweep, folder, new CheckpointCache(join(folder, 'cache'), 0));
}

/** What the file holds, which is counted. */
async function textOf(one: Looks): Promise<string> {
  const { value } = await one.ofFiles('text', z.string(), async () => {
    looked++;
    const versions = new Map([[file, await fileVersion(file)]]);
    return { value: await readFile(file, 'utf8'), versions };
  });
  return value;
}

async function held(): Promise<string> {
  const cache = join(folder, 'cache', 'unitscope-checkpoints');
  const [name = ''] = (await readdir(cache)).filter((one) => one.startsWith('looks-'));
  return join(cache, name);
}

describe('what was found in files', () => {
  it('is held over runs as long as they are not written, by place', async () => {
    const first = await looks();
    expect(await textOf(first)).toBe('first');
    await first.save(0);
    expect(await textOf(await looks())).toBe('first');
    expect(looked).toBe(1);
    await textOf(await looks('another sweep'));
    expect(looked).toBe(2);
  });

  it('is looked for again where a file has other content of the same size and time', async () => {
    const first = await looks();
    await textOf(first);
    await first.save(0);
    const { atime, mtime } = await stat(file);
    await writeFile(file, 'other');
    await utimes(file, atime, mtime);
    expect(await textOf(first)).toBe('other');
    expect(await textOf(await looks())).toBe('other');
  });

  it('is not held of a file that was written just now', async () => {
    vi.useRealTimers();
    const first = await looks();
    await textOf(first);
    await textOf(first);
    expect(looked).toBe(2);
  });

  it('is not held where the file was written while it was read', async () => {
    const first = await looks();
    const read = async (): Promise<string> => {
      await writeFile(file, 'second');
      return 'of the first';
    };
    const versions = new Map([[file, await fileVersion(file)]]);
    expect(await first.ofContent('key', versions, z.string(), read)).toBe('of the first');
    const now = new Map([[file, await fileVersion(file)]]);
    expect(await first.ofContent('key', now, z.string(), () => Promise.resolve('anew'))).toBe('anew');
    expect(await first.ofContent('key', now, z.string(), () => Promise.resolve('again'))).toBe('anew');
  });

  it('is looked for again where another build found it, or what holds it is damaged', async () => {
    const first = await looks();
    await textOf(first);
    await first.save(0);
    const text = await readFile(await held(), 'utf8');
    for (const other of [
      text.replace('"program":"', '"program":"x'),
      text.replace('first', '1'),
      text.slice(9),
    ]) {
      await writeFile(await held(), other);
      await textOf(await looks());
    }
    // A value of the right kind is one that was found: the folder is this user's alone.
    expect(looked).toBe(3);
  });

  it('costs no run that cannot hold it', async () => {
    await writeFile(join(folder, 'cache'), '');
    const first = await looks();
    expect(await textOf(first)).toBe('first');
    await first.save(0);
    expect((await readdir(folder)).sort()).toEqual(['cache', 'weights']);
  });

  it('is not written where finding it took no time', async () => {
    const first = await looks();
    await textOf(first);
    await first.save();
    expect(await readdir(join(folder, 'cache', 'unitscope-checkpoints'))).toEqual(['.unitscope-cache']);
  });
});
