import { setTimeout as pause } from 'node:timers/promises';
import { heldTables, readManifest, removeSummaries, SweepObjects, sweepStatus } from '@unitscope/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aliveUnits,
  changedUnits,
  resultTrainings,
  runChanges,
  sweepTrends,
  SweepResults,
} from '../src/index.js';
import { layerValues } from '../src/trainings/layer-values.js';
import { MeasuredCells } from '../src/trainings/measured-cells.js';
import { sampleSweeps, type SampleSweep } from './sample-sweep.js';

const meta = (seed: number, step: number): { meta: Record<string, number> } => ({ meta: { seed, step } });
let sample: SampleSweep;

beforeAll(async () => {
  sample = await sampleSweeps(
    { s: '' },
    {
      checkpoints: {
        a0: meta(0, 1),
        a1: { dead: true, ...meta(0, 2) },
        a2: meta(0, 3),
        b0: { dead: true, unmeasured: true, ...meta(1, 1) },
        b1: { unmeasured: true, ...meta(1, 2) },
        b2: { dead: true, ...meta(1, 3) },
      },
    },
  );
});
afterAll(() => sample.remove());

async function answers(results: SweepResults) {
  const { trainings } = resultTrainings(results);
  return {
    changed: await Promise.all(trainings.map((training) => changedUnits(results, training))),
    runs: await runChanges(results),
    inCat: await runChanges(results, { category: 'cat' }),
    layers: await layerValues(results, results.checkpoints, 'cat'),
    trends: await sweepTrends(results),
    cells: results.checkpoints.map(async (checkpoint) =>
      (await MeasuredCells.read(results)).count(checkpoint),
    ),
  };
}

describe('the tables that a sweep makes of its tables at its end', () => {
  it('answer to the bit what the tables of all checkpoints do', async () => {
    const results = await SweepResults.open(sample.store, 's');
    expect(await results.alive()).not.toBeNull();
    expect(await results.allLayers()).not.toBeNull();
    const summed = await answers(results);
    expect(summed.changed.flatMap(({ died, awoke }) => [...died, ...awoke]).length).toBeGreaterThan(0);
    const { alive, allLayers } = new SweepObjects('s');
    const kept = await Promise.all(
      [alive, allLayers].map(async (key) => [key, await sample.store.get(key)] as const),
    );
    await removeSummaries('s', sample.store);
    const without = await SweepResults.open(sample.store, 's');
    expect(await without.alive()).toBeNull();
    expect(await answers(without)).toEqual(summed);
    for (const [key, bytes] of kept) await sample.store.put(key, bytes);
  });

  it('are not taken where a table is newer, or another statistic is asked for', async () => {
    const manifest = await readManifest(sample.store, 's');
    const { newest } = await heldTables(manifest, sample.store);
    const restated = await SweepResults.open(sample.store, 's', { threshold: 3 });
    const [training] = resultTrainings(restated).trainings;
    const stored = await SweepResults.open(sample.store, 's');
    expect(await aliveUnits(restated, training!)).toBeNull();
    expect(await aliveUnits(stored, training!)).not.toBeNull();
    expect(await aliveUnits(stored.only([]), training!)).toBeNull();
    await pause(20);
    const key = new SweepObjects('s').layers('a1');
    await sample.store.put(key, await sample.store.get(key));
    expect((await heldTables(manifest, sample.store)).newest).toBeGreaterThan(newest);
    const stale = await SweepResults.open(sample.store, 's');
    expect(await stale.alive()).toBeNull();
    expect(await stale.allLayers()).toBeNull();
  });

  it('how far a sweep is follows from what it noted at its end, and from the tables that are there', async () => {
    const { cells, state } = await sweepStatus(sample.store, 's');
    expect({ cells, state }).toMatchObject({ cells: { total: 24, held: 22, failed: 2 }, state: 'failed' });
    await sample.store.delete(new SweepObjects('s').layers('a2'));
    expect((await sweepStatus(sample.store, 's')).cells).toMatchObject({ held: 18, missing: 4 });
  });
});
