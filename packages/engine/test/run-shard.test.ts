import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runShard, runSweep, type SweepProgress } from '@unitscope/engine';
import { checkpointTasks, parseSpec, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { notePart } from '../src/part-notes.ts';
import { tasksOf } from '../src/run-shard.ts';
import { hearStopRequests } from '../src/stop-requests.ts';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import {
  GC_LEASE,
  Lease,
  prepareSweep,
  readProgress,
  removeSweep,
  requestStop,
  resolveSweep,
  sweepLease,
  sweepStatus,
  takeShard,
} from '@unitscope/tasks';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-shard-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes an activation file of a unit × 3 images of 8×8 maps; `odd` is the last value. */
async function writeMaps(checkpoint: string, layer: string, odd = 0.5): Promise<void> {
  const seed = checkpoint.charCodeAt(0) + layer.charCodeAt(0);
  const values = Float32Array.from({ length: 3 * 64 }, (_, i) => Math.max(0, Math.sin(i * i + seed)));
  values[values.length - 1] = odd;
  const sink = new MemorySink();
  const writer = await ActivationsWriter.begin(sink, { size: 8, images: ['a', 'b', 'c'], checkpoint, layer });
  await writer.write(Uint32Array.of(0, 0, 0), Uint32Array.of(0, 1, 2), values);
  await writer.close();
  await writeFile(join(folder, `${checkpoint}-${layer}.arrow`), sink.bytes());
}

async function prepared(store: string): Promise<Manifest> {
  const text = '{ name: s, source: { activations: ["*.arrow"] }, statistics: { bootstrap: 10 } }';
  const manifest = await resolveSweep(parseSpec(text, 'spec'), folder);
  await prepareSweep(await openStore(store), manifest, text, { replace: false });
  return manifest;
}

async function tablesOf(store: string): Promise<Map<string, Buffer>> {
  const results = join(store, 'sweeps/s/results');
  const names = (await readdir(results, { recursive: true }))
    .filter((name) => name.endsWith('.arrow'))
    .sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(results, name))] as const)),
  );
}

/** Names of the files below a folder. */
async function filesIn(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).join('\n');
}

describe('runShard', () => {
  it('does each task once in one of the parts, and the last part makes the same tables', async () => {
    for (const checkpoint of ['p', 'q', 'r']) await writeMaps(checkpoint, 'a');
    const [whole, parted] = [join(folder, 'whole'), join(folder, 'parted')];
    await runSweep(await prepared(whole), { store: whole, threads: 1 });
    const manifest = await prepared(parted);
    const first = await runShard(manifest, { index: 2, count: 2 }, { store: parted, threads: 1 });
    expect(first).toMatchObject({ cells: { total: 1, done: 1, cached: 0 }, sweep: null });
    const last = await runShard(manifest, { index: 1, count: 2 }, { store: parted, threads: 1 });
    expect(last).toMatchObject({ cells: { total: 2, done: 2, cached: 0 } });
    expect(last.sweep).toMatchObject({ cells: { done: 3, cached: 3 }, failures: [] });
    expect(await tablesOf(parted)).toEqual(await tablesOf(whole));
  }, 120_000);

  it('is seen together with the parts that are done, until the tables are made', async () => {
    for (const checkpoint of ['p', 'q', 'r']) await writeMaps(checkpoint, 'a');
    const manifest = await prepared(folder);
    const store = await openStore(folder);
    await runShard(manifest, { index: 2, count: 2 }, { store: folder, threads: 1 });
    // Nobody is at work.
    expect(await readProgress(store, 's')).toBeNull();
    const own: SweepProgress = {
      cells: { total: 2, done: 1, cached: 1, failed: 0 },
      checkpoints: { total: 3, done: 0 },
      maps: 4,
      seconds: 1e6,
    };
    const end = await notePart(store, 's', { index: 1, count: 2 }, () => own);
    expect(await readProgress(store, 's')).toEqual({
      cells: { total: 3, done: 2, cached: 1, failed: 0 },
      checkpoints: { total: 3, done: 0 },
      maps: 7,
      seconds: 1e6,
    });
    // One of another number of parts, done before, is none of these.
    await (
      await notePart(store, 's', { index: 1, count: 5 }, () => own)
    )(true);
    expect((await readProgress(store, 's'))?.cells.total).toBe(3);
    await end(true);
    expect(await readProgress(store, 's')).toBeNull();
    await runShard(manifest, { index: 1, count: 2 }, { store: folder, threads: 1 });
    expect(await filesIn(join(folder, 'sweeps/s'))).not.toContain('progress');
  }, 120_000);

  it.each([1, 2, 3, 4, 7, 11])(
    'gives each task to one of %i parts, none of which is empty while there are tasks',
    async (count) => {
      for (const checkpoint of ['p', 'q', 'r'])
        for (const layer of ['a', 'b', 'c']) await writeMaps(checkpoint, layer);
      const manifest = await prepared(folder);
      const tasks = manifest.checkpoints.flatMap((_, checkpoint) => checkpointTasks(manifest, checkpoint));
      const parts = Array.from({ length: count }, (_, at) =>
        tasks.filter(tasksOf(manifest.checkpoints.length, { index: at + 1, count })),
      );
      expect(parts.flat()).toHaveLength(9);
      expect(new Set(parts.flat())).toEqual(new Set(tasks));
      expect(parts.filter(({ length }) => length > 0)).toHaveLength(Math.min(9, count));
    },
  );

  it('runs beside the other parts, and the sweep is complete when all have ended', async () => {
    for (const checkpoint of ['p', 'q']) await writeMaps(checkpoint, 'a');
    const manifest = await prepared(folder);
    const parts = [1, 2, 3].map((index) =>
      runShard(manifest, { index, count: 3 }, { store: folder, threads: 1 }),
    );
    const outcomes = await Promise.all(parts);
    expect(outcomes.filter(({ sweep }) => sweep !== null).length).toBeGreaterThan(0);
    expect(outcomes.reduce((sum, { maps }) => sum + maps, 0)).toBe(6);
    expect(await sweepStatus(await openStore(folder), 's')).toMatchObject({ state: 'complete', finished: 2 });
  }, 120_000);

  it('leaves the tables to the sweep once more where a task has failed, and goes on where a part has died', async () => {
    await writeMaps('p', 'a');
    await writeMaps('q', 'a', NaN);
    const manifest = await prepared(folder);
    const first = await runShard(manifest, { index: 1, count: 2 }, { store: folder, threads: 1 });
    const second = await runShard(manifest, { index: 2, count: 2 }, { store: folder, threads: 1 });
    expect(first).toMatchObject({ failures: [], sweep: null });
    expect(second).toMatchObject({ failures: [{ checkpoint: 'q', code: 'MAP_NOT_FINITE' }], sweep: null });
    const again = await runShard(manifest, { index: 1, count: 2 }, { store: folder, threads: 1 });
    expect(again).toMatchObject({ cells: { done: 1, cached: 1 }, maps: 0 });
    const outcome = await runSweep(manifest, { store: folder, threads: 1 });
    expect(outcome).toMatchObject({ cells: { done: 1, cached: 1, failed: 1 } });
  }, 120_000);

  it('is refused where another process does the same part', async () => {
    await writeMaps('p', 'a');
    const manifest = await prepared(folder);
    const store = await openStore(folder);
    const lease = await takeShard(store, manifest, { index: 1, count: 2 });
    await expect(runShard(manifest, { index: 1, count: 2 }, { store: folder })).rejects.toThrow(
      /shard 1\/2 of sweep "s" is being run by/,
    );
    await lease.release();
  });

  it('is seen while it is at work: by the state, by removals, and by who wants the name for another sweep', async () => {
    await writeMaps('p', 'a');
    const manifest = await prepared(folder);
    const store = await openStore(folder);
    const lease = await takeShard(store, manifest, { index: 1, count: 2 });
    expect(await sweepStatus(store, 's')).toMatchObject({ state: 'running', engine: 'local' });
    expect((await sweepStatus(store, 's')).note).toMatch(/^shard 1\/2 by .*process/);
    const held = /shard 1\/2 of sweep "s" is being run by/;
    await expect(removeSweep(store, 's')).rejects.toThrow(held);
    const other = { ...manifest, specDigest: 'ab'.repeat(32) };
    await expect(prepareSweep(store, other, '', { replace: true })).rejects.toThrow(held);
    await lease.release();
    expect(await sweepStatus(store, 's')).toMatchObject({ state: 'planned', engine: null });
    await removeSweep(store, 's');
  });

  it('begins neither while the sweep is removed nor before garbage is collected', async () => {
    await writeMaps('p', 'a');
    const manifest = await prepared(folder);
    const store = await openStore(folder);
    const what = 'the test';
    const removal = await Lease.take(store, sweepLease('s'), { purpose: 'remove', what });
    await expect(runShard(manifest, { index: 1, count: 2 }, { store: folder })).rejects.toThrow(
      /sweep "s" is being removed by/,
    );
    await removal.release();
    const collection = await Lease.take(store, GC_LEASE, { purpose: 'gc', what });
    let ended = false;
    const shard = runShard(manifest, { index: 1, count: 1 }, { store: folder, threads: 1 });
    void shard.then(() => (ended = true));
    while ((await sweepStatus(store, 's')).state !== 'running') await sleep(10);
    expect(ended).toBe(false);
    await collection.release();
    expect(await shard).toMatchObject({ maps: 3 });
  }, 120_000);

  it('hears when the sweep is asked to stop, as all the other parts do', async () => {
    const store = await openStore(folder);
    await requestStop(store, 's');
    const heard: number[] = [];
    const ends = [await hearStopRequests(store, 's', () => heard.push(1))];
    ends.push(await hearStopRequests(store, 's', () => heard.push(2)));
    await sleep(5);
    await requestStop(store, 's');
    while (!(heard.includes(1) && heard.includes(2))) await sleep(50);
    for (const end of ends) await end();
    expect(new Set(heard)).toEqual(new Set([1, 2]));
  }, 120_000);
});
