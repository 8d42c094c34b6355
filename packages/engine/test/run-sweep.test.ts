import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSweep, type SweepProgress } from '@unitscope/engine';
import { parseSpec, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { listSweeps, prepareSweep, resolveSweep, sweepStatus } from '@unitscope/tasks';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-engine-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes an activation file of 2 units × 3 images of 8×8 maps; `odd` is the last value. */
async function writeMaps(name: string, odd = 0.5, checkpoint = 'c'): Promise<void> {
  const values = Float32Array.from({ length: 6 * 64 }, (_, i) => Math.max(0, Math.sin(i * i)));
  values[values.length - 1] = odd;
  const sink = new MemorySink();
  const writer = await ActivationsWriter.begin(sink, {
    size: 8,
    images: ['a', 'b', 'c'],
    checkpoint,
    layer: name,
  });
  await writer.write(Uint32Array.of(0, 1, 0, 1, 0, 1), Uint32Array.of(0, 0, 1, 1, 2, 2), values);
  await writer.close();
  await writeFile(join(folder, `${name}.arrow`), sink.bytes());
}

async function prepared(): Promise<Manifest> {
  const text = '{ name: s, source: { activations: ["*.arrow"] }, statistics: { bootstrap: 10 } }';
  const manifest = await resolveSweep(parseSpec(text, 'spec'), folder);
  await prepareSweep(await openStore(folder), manifest, text, { replace: false });
  return manifest;
}

describe('runSweep', () => {
  it('tells its progress, ends with everything done, and finds it done the next time', async () => {
    for (const name of ['a', 'b', 'c']) await writeMaps(name);
    const manifest = await prepared();
    const seen: SweepProgress[] = [];
    const options = { store: folder, threads: 2, onProgress: (state: SweepProgress) => seen.push(state) };
    const outcome = await runSweep(manifest, options);
    expect(outcome).toMatchObject({
      cells: { total: 3, done: 3, cached: 0, failed: 0 },
      checkpoints: { total: 1, done: 1 },
      maps: 18,
      failures: [],
    });
    expect(seen.map(({ cells }) => cells.done)).toEqual([1, 2, 3, 3]);
    const again = await runSweep(manifest, { store: folder, threads: 1 });
    expect(again).toMatchObject({ cells: { done: 3, cached: 3 }, maps: 0 });
  });

  it('does not try a bad input again, goes on with the rest and remembers what failed', async () => {
    await writeMaps('a');
    await writeMaps('b', NaN);
    const outcome = await runSweep(await prepared(), { store: folder, threads: 1, attempts: 5 });
    expect(outcome.cells).toMatchObject({ total: 2, done: 1, failed: 1 });
    expect(outcome.failures).toMatchObject([
      { checkpoint: 'c', layer: 'b', category: null, task: 'measure', attempts: 1, code: 'MAP_NOT_FINITE' },
    ]);
    expect(await listSweeps(await openStore(folder))).toMatchObject([
      { name: 's', finished: 1, failures: 1 },
    ]);
  });

  it('tries what is not the input’s fault as often as it is told', async () => {
    await writeMaps('a');
    const manifest = await prepared();
    // Something that is no file stands where the unit object belongs.
    const store = await openStore(folder);
    await store.put('units', Buffer.from('in the way'));
    const outcome = await runSweep(manifest, { store: folder, threads: 1, attempts: 2 });
    expect(outcome.failures[0]).toMatchObject({ layer: 'a', attempts: 2 });
    await store.delete('units');
    expect(await runSweep(manifest, { store: folder, threads: 1 })).toMatchObject({ failures: [] });
  });

  it('counts the tables of checkpoints that moved or changed as none until they are made again', async () => {
    for (const label of ['c', 'e']) await writeMaps(label, 0.5, label);
    await runSweep(await prepared(), { store: folder, threads: 1 });
    const finished = async () => (await sweepStatus(await openStore(folder), 's')).finished;
    expect(await finished()).toBe(2);
    await writeMaps('f', 0.5, 'f');
    await prepared();
    expect(await finished()).toBe(2);
    await writeMaps('d', 0.5, 'd'); // e and f move
    await prepared();
    expect(await finished()).toBe(1);
    await writeMaps('c', 0.25, 'c');
    const manifest = await prepared();
    expect(await finished()).toBe(0);
    await runSweep(manifest, { store: folder, threads: 1 });
    expect(await finished()).toBe(4);
  });

  it('stops when it is told to, before it begins or in the middle', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await writeMaps(name);
    const manifest = await prepared();
    const interrupted = {
      code: 'SWEEP_INTERRUPTED',
      message: 'sweep "s" was interrupted; finished tasks are kept',
    };
    const at = { store: folder, threads: 1 };
    await expect(runSweep(manifest, { ...at, signal: AbortSignal.abort() })).rejects.toMatchObject(
      interrupted,
    );
    const stop = new AbortController();
    const run = runSweep(manifest, {
      ...at,
      signal: stop.signal,
      onProgress: ({ cells }) => {
        if (cells.done === 2) stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject(interrupted);
    const { cells } = await runSweep(manifest, at);
    expect(cells.done).toBe(4);
    expect(cells.cached).toBeGreaterThanOrEqual(2);
  });
});
