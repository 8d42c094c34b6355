import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrateSweep } from '@unitscope/engine';
import { checkpointTasks, parseSpec } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { estimateSweep, resolveSweep } from '@unitscope/tasks';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-engine-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeMaps(layer: string, units: number, first = 0.5): Promise<void> {
  const maps = Float32Array.from({ length: units * 400 }, (_, i) => Math.max(0, Math.sin(i * i)));
  maps[0] = first;
  const sink = new MemorySink();
  const writer = await ActivationsWriter.begin(sink, { size: 20, images: ['a'], checkpoint: 'c', layer });
  await writer.write(
    Uint32Array.from({ length: units }, (_, i) => i),
    new Uint32Array(units),
    maps,
  );
  await writer.close();
  await writeFile(join(folder, `${layer}.arrow`), sink.bytes());
}

const resolved = () =>
  resolveSweep(parseSpec('{ name: s, source: { activations: ["*.arrow"] } }', 'spec'), folder);

describe('the calibration of a sweep', () => {
  it('takes the time of its own work on all threads, and the estimate grows with what is left', async () => {
    for (let i = 0; i < 8; i++) await writeMaps(`layer${i}`, 200);
    const manifest = await resolved();
    const pace = await calibrateSweep(manifest, checkpointTasks(manifest, 0)[0]!.cells, 1e9, 2);
    expect(pace.start).toBeGreaterThan(0);
    expect(pace.item).toBeGreaterThan(0);
    expect(pace.aggregate).toBeGreaterThan(0);
    const store = await openStore(join(folder, 'store'));
    const calibrate = () => Promise.resolve({ start: 1, open: 5, task: 2, item: 1e-6, aggregate: 0.5 });
    const one = await estimateSweep(manifest, store, { threads: 1, calibrate });
    const bytes = manifest.source.kind === 'activations' ? one.bytesRead : 0;
    expect(one.seconds).toBeCloseTo(1 + 8 * 2 + 1e-6 * bytes + 8 * 0.5, 6);
    const two = await estimateSweep(manifest, store, { threads: 2, workers: 2, calibrate });
    expect(two.seconds).toBeCloseTo(1 + (one.seconds! - 1) / 2, 6);
    expect(two.workerSeconds).toBeCloseTo(1 + (one.seconds! - 1) / 4, 6);
  });

  it('is short where the sweep is short', async () => {
    for (let i = 0; i < 8; i++) await writeMaps(`layer${i}`, 200);
    const manifest = await resolved();
    const cells = checkpointTasks(manifest, 0)[0]!.cells;
    // A sweep of nothing leaves no time for samples: the first task of each thread is all that is known.
    const pace = await calibrateSweep(manifest, cells, 0, 1);
    expect(pace.start).toBeCloseTo(0, 9);
    expect(pace.item).toBeGreaterThan(0);
  });

  it('names what is wrong where the sample of the work fails', async () => {
    await writeMaps('bad', 3, NaN);
    const manifest = await resolved();
    const cells = checkpointTasks(manifest, 0)[0]!.cells;
    await expect(calibrateSweep(manifest, cells, 1e9, 1)).rejects.toMatchObject({
      code: 'CALIBRATION_FAILED',
    });
    await expect(calibrateSweep(manifest, cells, 1e9, 1)).rejects.toThrow(/bad\.arrow: row 0, unit 0/);
  });
});
