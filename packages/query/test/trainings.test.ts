import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointGroup } from '../src/checkpoint-group.ts';
import { checkpointOrder, resultTrainings } from '../src/checkpoint-order.ts';
import { compareCheckpoints } from '../src/compare-checkpoints.ts';
import { CrossingRunsError, UnknownNameError } from '../src/errors.ts';
import { runQuery } from '../src/run-query.ts';
import { SweepResults } from '../src/sweep-results.ts';
import { sweepTrend, sweepTrends } from '../src/sweep-trend.ts';
import { sampleSweeps, type SampleSweep } from './sample-sweep.ts';

const RATES = [0.01, 0.002];
const SEEDS = [1, 2];
/** Not in the order of their names: 16 comes before 4. */
const STEPS = [0, 4, 16];

let sample: SampleSweep;
let results: SweepResults;

beforeAll(async () => {
  const grid: [string, { dead: boolean; meta: Record<string, number> }][] = RATES.flatMap((lr) =>
    SEEDS.flatMap((seed) =>
      STEPS.map((step): [string, { dead: boolean; meta: Record<string, number> }] => [
        `lr-${lr}-seed-${seed}-step-${step}`,
        { dead: lr === 0.01 && step === 16, meta: { lr, seed, step, loss: 1 / (step + seed + 7 * lr) } },
      ]),
    ),
  );
  sample = await sampleSweeps(
    { grid: 'statistics: { bootstrap: 0 }' },
    { checkpoints: { ...Object.fromEntries(grid), apart: { meta: { lr: 0.5 } } } },
  );
  results = await SweepResults.open(sample.store, 'grid');
});
afterAll(() => sample.remove());

const group = (text: string) => checkpointGroup(results, text);
const rows = async (sql: string) => (await runQuery([results], sql)).rows();

describe('the trainings of a sweep', () => {
  it('are in the checkpoints table with the place of each checkpoint', async () => {
    expect(
      await rows("select run, place from checkpoints where checkpoint = 'lr-0.01-seed-2-step-16'"),
    ).toEqual([['lr=0.01, seed=2', 16]]);
    expect(await rows("select run, place from checkpoints where checkpoint = 'apart'")).toEqual([
      [null, null],
    ]);
    expect(await rows('select run, count(*) as n from checkpoints group by run order by run')).toHaveLength(
      5,
    );
  });

  it('have one order, by step; a checkpoint without one stands apart', () => {
    const found = resultTrainings(results);
    expect(found.trainings.map(({ run }) => run)).toEqual(
      RATES.flatMap((lr) => SEEDS.map((seed) => `lr=${lr}, seed=${seed}`)),
    );
    expect(found.unplaced.map(({ label }) => label)).toEqual(['apart']);
    const order = checkpointOrder(results, 'seed=2,lr=0.01');
    expect(order.steps).toEqual(STEPS);
    expect(order.checkpoints.map(({ label }) => label)).toEqual(
      STEPS.map((step) => `lr-0.01-seed-2-step-${step}`),
    );
    expect(() => checkpointOrder(results, 'lr=0.1')).toThrow(UnknownNameError);
  });
});

describe('a trend of several trainings', () => {
  it('is one of each, and a mean over them with an interval over them', async () => {
    const { trainings, layers, unplaced, verdict } = await sweepTrends(results);
    expect(trainings).toHaveLength(4);
    expect(unplaced).toEqual(['apart']);
    const lasts = trainings.map((trend) => trend.layers[0]!.values.at(-1)!.entropy!);
    const { last } = layers[0]!;
    expect(last.runs).toBe(4);
    expect(last.mean).toBeCloseTo(lasts.reduce((sum, value) => sum + value, 0) / 4, 12);
    expect(last.interval!.low).toBeLessThan(last.mean!);
    // Three points of one training have no p.
    expect(trainings[0]!.layers[0]!.spearman).toMatchObject({ n: 3, p: null, interval: null });
    expect(trainings[0]!.layers[0]!.settled).not.toBe(trainings[0]!.checkpoints.at(-1)!.label);
    expect(verdict.best).toBeNull();
  });

  it('says nothing of generalisation where no checkpoint fits, and which premise is missing', async () => {
    const { verdict } = await sweepTrends(results);
    // Two trainings a setting, losses down to 0.06: what is left is whether they are told apart.
    expect(verdict.words).toMatch(/^Nothing is said about which checkpoints generalise best: .+\.$/);
    const one = await sweepTrends(results, { run: 'lr=0.01,seed=1' });
    expect(one.verdict.words).toContain('one training has no interval over trainings');
  });
});

describe('a comparison', () => {
  it('of two checkpoints of different trainings is refused, with what to type', async () => {
    const crossed = compareCheckpoints(
      results,
      group('lr-0.01-seed-1-step-0'),
      group('lr-0.002-seed-2-step-16'),
    );
    await expect(crossed).rejects.toThrow(CrossingRunsError);
    await expect(crossed).rejects.toThrow(
      'within a training, unitscope compare grid lr-0.01-seed-1-step-0 lr-0.01-seed-1-step-16; between settings, ' +
        'unitscope compare grid "lr=0.01" "lr=0.002"',
    );
    const asked = await compareCheckpoints(
      results,
      group('lr-0.01-seed-1-step-0'),
      group('lr-0.002-seed-2-step-0'),
      {
        acrossRuns: true,
      },
    );
    expect(asked).toMatchObject({ replication: 'runs', units: [], died: [], awoke: [] });
    expect(asked.caveat).toBe('One training on a side: no interval over trainings.');
    expect(asked.layers.every(({ interval, p }) => interval === null && p === null)).toBe(true);
  });

  it('within a training is over its units, and says so', async () => {
    const found = await compareCheckpoints(
      results,
      group('lr-0.01-seed-1-step-0'),
      group('lr-0.01-seed-1-step-16'),
    );
    expect(found).toMatchObject({ replication: 'units', runsA: 1, runsB: 1 });
    expect(found.caveat).toBe('One training: the intervals are over its units, none is over trainings.');
    expect(found.died.filter(({ unit }) => unit === 0)).toHaveLength(4);
    expect(found.units.every(({ unit }) => unit !== 0)).toBe(true);
  });

  it('of settings takes a training as one value', async () => {
    const found = await compareCheckpoints(results, group('lr=0.01'), group('lr=0.002'));
    expect(found).toMatchObject({ replication: 'runs', runsA: 2, runsB: 2, caveat: '', units: [] });
    const row = found.layers.find(({ layer, category }) => layer === 'conv1' && category === null)!;
    const means: number[] = [];
    for (const seed of SEEDS) {
      const trend = await sweepTrend(results, { run: `lr=0.01,seed=${seed}` });
      const values = trend.layers
        .find(({ layer }) => layer === 'conv1')!
        .values.map((value) => value!.entropy!);
      means.push(values.reduce((sum, value) => sum + value, 0) / values.length);
    }
    expect(row.meanA).toBeCloseTo((means[0]! + means[1]!) / 2, 12);
    // Two against two: the least p of a permutation test is 1 in 3.
    expect(row.p).toBeGreaterThanOrEqual(1 / 3 - 1e-12);
    expect(found.layers.every(({ certain }) => !certain)).toBe(true);
  });

  it('of steps compares each training with itself', async () => {
    const found = await compareCheckpoints(results, group('step=0'), group('step=16'));
    expect(found).toMatchObject({ replication: 'paired runs', runsA: 4, runsB: 4 });
    const [row] = found.layers.filter(({ layer, category }) => layer === 'conv1' && category === null);
    // Unit 0 died in two of the four trainings.
    expect(row).toMatchObject({ died: 2, diedUnits: [0], awoke: 0 });
  });

  it('of trainings that are shared in part is refused', async () => {
    await expect(compareCheckpoints(results, group('seed=1'), group('lr=0.01'))).rejects.toThrow(
      /share some trainings .* and not others/,
    );
  });
});
