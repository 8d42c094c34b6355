import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partialName } from '../../src/inputs/cache/partial-folder.js';
import { CheckpointCache } from '../../src/inputs/checkpoint-cache.js';

let parent = '';
let inside = '';
let cache: CheckpointCache;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'unitscope-cache-'));
  inside = join(parent, 'unitscope-checkpoints');
  cache = new CheckpointCache(parent, 1000);
  await cache.makeRoom(0);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const old = '0'.repeat(64);
const young = '1'.repeat(64);

async function keep(name: string, bytes: number, minutesAgo: number): Promise<void> {
  await mkdir(join(inside, name));
  await writeFile(join(inside, name, 'net.onnx'), new Uint8Array(bytes));
  const time = new Date(Date.now() - minutesAgo * 60_000);
  for (const path of [join(inside, name, 'net.onnx'), join(inside, name)]) await utimes(path, time, time);
}

async function names(): Promise<string[]> {
  return (await readdir(inside)).filter((name) => !name.startsWith('.')).sort();
}

/** A number that no process has any more. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('room', () => {
  it('is made of what was used longest ago, where what other fetches have brought counts', async () => {
    await keep(old, 400, 30);
    await keep(young, 100, 10);
    await keep(partialName(), 400, 0);
    await cache.makeRoom(500);
    expect(await names()).not.toContain(old);
    expect(await names()).toContain(young);
  });

  it('is looked for on the disk before a fetch; a refusal names both figures, the folder and the way out', async () => {
    const refusal = cache.makeRoom(2 ** 60);
    await expect(refusal).rejects.toMatchObject({ code: 'CACHE_FULL' });
    await expect(refusal).rejects.toThrow(
      /it needs 1099511627776\.0 MiB, [\d.]+ MiB are free; .*UNITSCOPE_CACHE/,
    );
    await expect(refusal).rejects.toThrow(inside);
  });

  it('is not where the folder cannot be made, and that is the cache’s trouble', async () => {
    const file = join(parent, 'file');
    await writeFile(file, '');
    const other = new CheckpointCache(join(file, 'cache'), 1000);
    await expect(other.guard(() => other.makeRoom(1))).rejects.toMatchObject({ code: 'CACHE_UNUSABLE' });
  });
});

describe('a fetch by half', () => {
  it('is removed with its process, and left to a living one', async () => {
    const dead = partialName().replace(`-${process.pid}-`, `-${deadPid()}-`);
    const living = partialName().replace(`-${process.pid}-`, `-${process.ppid}-`);
    const own = partialName();
    for (const name of [dead, living, own, young]) await keep(name, 10, 0);
    expect(await cache.removePartials()).toBe(1);
    expect(await names()).toEqual([living, own, young].sort());
  });

  it('is that of a process before, of the same number, where this one has just started', async () => {
    await keep(partialName(), 10, 0);
    expect(await cache.removePartials({ ownToo: true })).toBe(1);
  });

  it('of another machine is removed once nothing is written for long', async () => {
    const other = partialName().replace(/^partial-[0-9a-f]+/, 'partial-0123456789ab');
    await keep(other, 10, 0);
    expect(await cache.removePartials()).toBe(0);
    await rename(join(inside, other), join(parent, 'aside'));
    await keep(other, 10, 60);
    expect(await cache.removePartials()).toBe(1);
  });
});
