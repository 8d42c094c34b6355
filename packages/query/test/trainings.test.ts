import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointGroup } from '../src/checkpoints/checkpoint-group.ts';
import {
  checkpointOrder,
  orderEnds,
  resultTrainings,
  trainingNamed,
  unplacedWords,
} from '../src/checkpoints/checkpoint-order.ts';
import { compareCheckpoints } from '../src/comparison/compare-checkpoints.ts';
import { outcomeRows } from '../src/comparison/outcomes.ts';
import { CrossingRunsError, UnknownNameError } from '../src/errors.ts';
import { rankUnits } from '../src/rank-units.ts';
import { runQuery } from '../src/sql/run-query.ts';
import { SweepResults } from '../src/results/sweep-results.ts';
import { sweepTrend, sweepTrends } from '../src/trainings/sweep-trend.ts';
import { changedUnits } from '../src/trainings/changed-units.ts';
import { changesWords, deadWords, runChanges } from '../src/trainings/run-changes.ts';
import { layerDifferenceRows } from '../src/rows/change-rows.ts';
import { runLines } from '../src/trainings/run-lines.ts';
import { settingColumns, settingNames, settingPairs } from '../src/trainings/setting-columns.ts';
import { textAt } from '@unitscope/tables';
import { generalization } from '../src/trainings/verdict.ts';
import { sampleSweeps, type SampleSweep } from './sample-sweep.ts';

const RATES = [0.01, 0.002];
const SEEDS = [1, 2];
/** Trainings stand in the order of their settings, not in that of the file. */
const ASCENDING = RATES.toSorted((a, b) => a - b);
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
}, 120_000);
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
      ASCENDING.flatMap((lr) => SEEDS.map((seed) => `lr=${lr}, seed=${seed}`)),
    );
    expect(found.unplaced.map(({ label }) => label)).toEqual(['apart']);
    const order = checkpointOrder(results, 'seed=2,lr=0.01');
    expect(order.steps).toEqual(STEPS);
    expect(order.checkpoints.map(({ label }) => label)).toEqual(
      STEPS.map((step) => `lr-0.01-seed-2-step-${step}`),
    );
    expect(() => checkpointOrder(results, 'lr=0.1')).toThrow(UnknownNameError);
    // Not the last of the file, which has no step.
    expect(orderEnds(results).last.label).toBe('lr-0.002-seed-1-step-16');
    expect(orderEnds(results, 'lr=0.002, seed=2').first.label).toBe('lr-0.002-seed-2-step-0');
  });
});

describe('a trend of several trainings', () => {
  it('is one of each, and a mean over those of a setting with an interval over them', async () => {
    const { trainings, layers, unplaced, lacking, remarks } = await sweepTrends(results);
    expect(trainings).toHaveLength(4);
    expect(unplacedWords({ unplaced, lacking }, 8)).toBe('Not placed, for want of step: apart.');
    expect(layers.map(({ layer, setting, runs }) => [layer, setting, runs])).toEqual(
      ['conv1', '<b>conv2</b>'].flatMap((layer) => RATES.toSorted().map((lr) => [layer, `lr=${lr}`, 2])),
    );
    const { last, setting } = layers[0]!;
    const lasts = trainings
      .filter(({ run }) => run!.startsWith(setting!))
      .map((trend) => trend.layers[0]!.values.at(-1)!.entropy!);
    expect(last.runs).toBe(2);
    expect(last.mean).toBeCloseTo((lasts[0]! + lasts[1]!) / 2, 12);
    expect(remarks).toEqual([]);
    expect(last.interval!.low).toBeLessThan(last.mean!);
    // Three points of one training have no p.
    expect(trainings[0]!.layers[0]!.spearman).toMatchObject({ n: 3, p: null, interval: null });
    expect(trainings[0]!.layers[0]!.settled).not.toBe(trainings[0]!.checkpoints.at(-1)!.label);
  });

  it('has no interval over one training a setting, and says so, nor a change over one checkpoint', async () => {
    const some = async (test: (label: string) => boolean) =>
      sweepTrends(results.only(results.checkpoints.filter(({ label }) => test(label))));
    const alone = await some((label) => label.includes('seed-1') && label !== 'lr-0.01-seed-1-step-16');
    expect(alone.layers.flatMap(({ first, last }) => [first.interval, last.interval])).toEqual(
      Array(8).fill(null),
    );
    expect(alone.remarks).toEqual([
      'One training a setting: no interval over trainings.',
      'The last checkpoints are at different steps (step 4 to 16).',
    ]);
    const ends = await some((label) => label.endsWith('step-16'));
    expect(ends.layers.map(({ first, last, change }) => [first.mean, last.runs, change.mean])).toEqual(
      Array(4).fill([null, 2, null]),
    );
  });

  it('says nothing of generalization where no checkpoint fits, and which premise is missing', async () => {
    const verdict = await generalization(results);
    expect(verdict.best).toBeNull();
    // Two trainings a setting, losses down to 0.06: what is left is whether they are told apart.
    expect(verdict.words).toMatch(/^Nothing is said about which checkpoints generalize best: .+\.$/);
    const one = await generalization(results, { run: 'lr=0.01,seed=1' });
    expect(one.words).toContain('one training has no interval over trainings');
  });
});

describe('trainings side by side', () => {
  it('are a line each, and a mean over those of a setting at the steps that all of them have', async () => {
    const { trainings, runColumns } = await sweepTrends(results);
    const { facets, words } = runLines(trainings, runColumns, { layers: ['conv1'] });
    expect(words).toEqual([]);
    expect(facets.map(({ name }) => name)).toEqual(['conv1']);
    const { groups } = facets[0]!;
    expect(groups.map(({ name, count }) => [name, count])).toEqual([
      ['lr=0.002', 2],
      ['lr=0.01', 2],
    ]);
    const [group] = groups;
    expect(group!.mean.map(({ step }) => step)).toEqual(STEPS);
    const ends = group!.runs.map(({ points }) => points.at(-1)!.value!);
    expect(group!.mean.at(-1)!.value).toBeCloseTo((ends[0]! + ends[1]!) / 2, 12);
    // Student's t of two values: the quantile of one degree of freedom, 12.706.
    const half = (12.706_204_736 * Math.abs(ends[0]! - ends[1]!)) / 2;
    expect(group!.mean.at(-1)!.high! - group!.mean.at(-1)!.value!).toBeCloseTo(half, 6);
  });

  it('have panels against noise and of the metadata column as well', async () => {
    const { trainings, runColumns } = await sweepTrends(results);
    const asked = { layers: ['conv1'], measure: 'relative' } as const;
    const relative = runLines(trainings, runColumns, asked).facets[0]!.groups[0]!.runs[0]!;
    const of = trainings.find(({ run }) => run === relative.run)!;
    expect(relative.points.map(({ value }) => value)).toEqual(
      of.layers[0]!.values.map((value) => value!.relative),
    );
    const { facets } = runLines(trainings, runColumns, { layers: ['conv1'], measure: 'column' });
    expect(facets.map(({ name }) => name)).toEqual(['loss']);
    const run = facets[0]!.groups.flatMap(({ runs }) => runs).find((one) => one.run === of.run)!;
    expect(run.points.map(({ value }) => value)).toEqual(of.column);
  });

  it('say where a setting has one training, and so no interval', async () => {
    const { trainings, runColumns } = await sweepTrends(results);
    const words = (count: number) =>
      runLines(trainings.slice(0, count), runColumns, { layers: ['conv1'] }).words;
    expect(words(3)).toEqual(['One training: no interval over trainings (lr=0.01).']);
    const alone = trainings.filter(({ settings }) => settings['seed'] === 1);
    expect(runLines(alone, runColumns, { layers: ['conv1'] }).words).toEqual([
      'One training a setting: no interval over trainings.',
    ]);
  });

  it('are coloured and split by any metadata that do not change along them, and by no other', async () => {
    const { trainings, runColumns } = await sweepTrends(results);
    expect(settingColumns(trainings)).toEqual(['lr', 'seed']);
    const { facets } = runLines(trainings, runColumns, { layers: ['conv1'], by: 'meta_seed', facet: 'lr' });
    expect(facets.map(({ name, groups }) => [name, groups.map((group) => group.name)])).toEqual([
      ['conv1, lr=0.002', ['seed=1', 'seed=2']],
      ['conv1, lr=0.01', ['seed=1', 'seed=2']],
    ]);
    const asked = { layers: ['conv1'], by: 'loss' };
    expect(() => runLines(trainings, runColumns, asked)).toThrow(/"loss": expected metadata that differ/);
  });

  it('are of one setting where all but their seed is the same, whichever of the two tells them apart', () => {
    const runs = [1, 2, 3, 4].map((seed) => ({ settings: { seed, lr: seed % 2, accuracy: seed / 7 } }));
    expect(settingNames(runs, ['seed'])).toEqual(['lr']);
    expect(settingNames(runs, ['lr', 'seed'])).toEqual(['lr']);
  });

  it('have units that died and awoke within each of them', async () => {
    const changes = await runChanges(results);
    // Unit 0 of both layers is dead at the end of each training of lr = 0.01.
    expect(changes.map(({ run, died }) => [run, died])).toEqual([
      ['lr=0.002, seed=1', 0],
      ['lr=0.002, seed=2', 0],
      ['lr=0.01, seed=1', 2],
      ['lr=0.01, seed=2', 2],
    ]);
    // Their numbers, by hand: 24 units of two layers, of which the first of each is silent.
    expect(changes.map(({ dead }) => dead)).toEqual([
      [],
      [],
      ...Array.from({ length: 2 }, () => ['conv1', '<b>conv2</b>'].map((layer) => ({ layer, units: [0] }))),
    ]);
    expect(deadWords(changes)).toBe(
      'Died: lr=0.01, seed=1: conv1 0; lr=0.01, seed=1: <b>conv2</b> 0; lr=0.01, seed=2: conv1 0; lr=0.01, seed=2: <b>conv2</b> 0.',
    );
    expect(deadWords(changes.slice(2, 3))).toBe('Died: conv1 0; <b>conv2</b> 0.');
    expect(deadWords(changes.slice(0, 2))).toBe('');
    expect(changes.every(({ looked, checkpoints }) => looked === 3 && checkpoints === 3)).toBe(true);
    expect(changesWords(changes)).toMatch(/^Within their own training 4 of 48 units .* over 4 trainings\.$/);
    expect(changesWords(changes.slice(0, 1))).toContain(
      '(from lr-0.002-seed-1-step-0 to lr-0.002-seed-1-step-16)',
    );
  });

  it('have those of one layer and one category, where they are asked for', async () => {
    const counts = async (scope: Parameters<typeof runChanges>[1]) =>
      (await runChanges(results, scope)).map(({ died, ever }) => [died, ever]);
    for (const [layer, category] of [
      ['conv1', undefined],
      [undefined, "o'dog"],
      ['<b>conv2</b>', 'cat'],
    ] as const) {
      const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
      const where = [
        'sensitive',
        ...(layer === undefined ? [] : [`layer = ${text(layer)}`]),
        ...(category === undefined ? [] : [`category = ${text(category)}`]),
      ].join(' and ');
      const alive = async (label: string) =>
        new Set(
          (
            await rows(
              `select layer, unit from units where ${where} and checkpoint like '${label}' group by layer, unit`,
            )
          ).map((row) => JSON.stringify(row)),
        );
      const expected = await Promise.all(
        ASCENDING.flatMap((lr) =>
          SEEDS.map(async (seed) => {
            const ever = await alive(`lr-${lr}-seed-${seed}-%`);
            const last = await alive(`lr-${lr}-seed-${seed}-step-16`);
            return [[...ever].filter((unit) => !last.has(unit)).length, ever.size];
          }),
        ),
      );
      expect(await counts({ layer, category })).toEqual(expected);
    }
    expect(await counts({ layer: 'conv1' })).not.toEqual(await counts({}));
  });

  it('have a list of the units that died and awoke, by category', async () => {
    const training = trainingNamed(resultTrainings(results), 'lr=0.01, seed=1');
    const found = await changedUnits(results, training);
    const zero = found.died.filter(({ unit }) => unit === 0);
    expect(zero.map(({ layer, category }) => [layer, category])).toEqual(
      ['conv1', '<b>conv2</b>'].flatMap((layer) => ['cat', "o'dog"].map((category) => [layer, category])),
    );
    // By hand: the cells that are sensitive at some step and not at the last one.
    const label = (step: number) => `'lr-0.01-seed-1-step-${step}'`;
    const alive = async (labels: string) =>
      new Set(
        (
          await rows(
            `select layer, category, unit from units where sensitive and checkpoint in (${labels}) group by layer, category, unit`,
          )
        ).map((row) => JSON.stringify(row)),
      );
    const [ever, last, first] = [
      await alive(STEPS.map(label).join()),
      await alive(label(16)),
      await alive(label(0)),
    ];
    expect(found.died).toHaveLength([...ever].filter((cell) => !last.has(cell)).length);
    expect(found.awoke).toHaveLength([...last].filter((cell) => !first.has(cell)).length);
  });
});

describe('the mean entropy of a layer at a checkpoint', () => {
  it('is one number, whatever asks for it', async () => {
    const label = 'lr-0.01-seed-2-step-16';
    const run = 'lr=0.01, seed=2';
    const stored = async (threshold?: number) => {
      const found =
        threshold === undefined ? results : await SweepResults.open(sample.store, 'grid', { threshold });
      const one = found.checkpoint(label);
      const table = await found.layers(one);
      const at = [...table.scope.codes.keys()].find(
        (row) =>
          table.scope.labels[table.scope.codes[row]!] === 'all' && textAt(table.layer, row) === 'conv1',
      )!;
      const sql = `select entropy_mean from layers where checkpoint = '${label}' and layer = 'conv1' and scope = 'all'`;
      const byHand = `select avg(h) from (select category, avg(entropy) as h from units where sensitive and layer = 'conv1' and
        checkpoint = '${label}' group by category)`;
      const trend = await sweepTrend(found, { run });
      const trends = await sweepTrends(found, { run });
      const all = await sweepTrends(found);
      const compared = await compareCheckpoints(
        found,
        checkpointGroup(found, 'lr-0.01-seed-2-step-0'),
        checkpointGroup(found, label),
      );
      const row = compared.layers.find(({ layer, category }) => layer === 'conv1' && category === null)!;
      const { facets } = runLines(all.trainings, all.runColumns, { layers: ['conv1'] });
      const line = facets[0]!.groups.flatMap(({ runs }) => runs).find((one) => one.run === run)!;
      expect((await runQuery([found], byHand)).rows()[0]![0]).toBeCloseTo(table.entropy_mean.values[at]!, 12);
      return [
        table.entropy_mean.values[at],
        (await runQuery([found], sql)).rows()[0]![0],
        trend.layers[0]!.values.at(-1)!.entropy,
        trends.layers[0]!.last.mean,
        row.meanB,
        (await rankUnits(found, one, { by: 'l1' })).layers.find(({ layer }) => layer === 'conv1')!.entropy,
        line.points.at(-1)!.value,
      ];
    };
    for (const values of [await stored(), await stored(20)]) {
      expect(values[0]).toBeGreaterThan(0);
      expect(values).toEqual(values.map(() => values[0]));
    }
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
    expect([...new Set(asked.layers.map(({ untested }) => untested))]).toEqual([
      'fewer than two trainings with an H on a side',
    ]);
    expect(asked.leastP).toBeNull();
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
    expect(found).toMatchObject({ replication: 'runs', runsA: 2, runsB: 2, units: [] });
    expect(found.caveat).toBe(
      "A training's value is the mean over its checkpoints, up to 3 of them in A and 3 in B. " +
        '"lr=0.01,step=16" and "lr=0.002,step=16" have the last alone.',
    );
    expect(settingPairs(resultTrainings(results))).toEqual([{ a: 'lr=0.002,step=16', b: 'lr=0.01,step=16' }]);
    const last = await compareCheckpoints(results, group('lr=0.01,step=16'), group('lr=0.002,step=16'));
    expect(last.caveat).toBe('');
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
    // Units of different trainings are not the same units: that none died would be a number that is not known.
    const { rows } = layerDifferenceRows(found, { categories: true });
    expect(rows.flatMap(({ died, awoke }) => [died, awoke]).every((count) => count === null)).toBe(true);
    // Two against two: the least p of a permutation test is 1 in 3.
    expect(row.p).toBeGreaterThanOrEqual(1 / 3 - 1e-12);
    expect(found.leastP).toBeCloseTo(1 / 3, 12);
    expect(found.layers.every(({ certain }) => !certain)).toBe(true);
  });

  it('of settings has beside H what they came to: their losses, and the units that died until then', async () => {
    const sides = (step: number): [SweepResults, ReturnType<typeof group>, ReturnType<typeof group>] => [
      results,
      group(`lr=0.01,step=${step}`),
      group(`lr=0.002,step=${step}`),
    ];
    const { rows, notes } = await outcomeRows(...sides(16));
    const mean = (lr: number) => (1 / (16 + 1 + 7 * lr) + 1 / (16 + 2 + 7 * lr)) / 2;
    expect(rows.map(({ name }) => name)).toEqual(['loss', 'units that died']);
    const [loss, died] = rows;
    expect(loss).toMatchObject({ runs_a: 2, runs_b: 2, untested: null });
    expect(loss!.mean_a).toBeCloseTo(mean(0.01), 12);
    expect(loss!.difference).toBeCloseTo(mean(0.002) - mean(0.01), 12);
    expect(loss!.p).toBeGreaterThanOrEqual(1 / 3 - 1e-12);
    expect(loss!.q).toBeGreaterThanOrEqual(loss!.p!);
    expect(loss!.low).toBeLessThan(loss!.difference!);
    // The first unit of both layers, in both trainings.
    expect(died).toMatchObject({ mean_a: 2, mean_b: 0, difference: -2, runs_a: 2, runs_b: 2 });
    expect(notes.words).toContain('Each training is one value (2 of A, 2 of B)');
    // Before the last checkpoint none had died, whatever the table of whole trainings says.
    expect((await outcomeRows(...sides(4))).rows.at(-1)).toMatchObject({ mean_a: 0, mean_b: 0 });
    const within = ['lr-0.01-seed-1-step-0', 'lr-0.01-seed-1-step-16'].map(group);
    const one = await outcomeRows(results, within[0]!, within[1]!);
    expect(one.rows.map(({ mean_a: a, mean_b: b, low, p }) => [a, b, low, p])).toEqual([
      [1 / (1 + 0.07), 1 / (17 + 0.07), null, null],
      [0, 2, null, null],
    ]);
    expect(one.rows[0]!.untested).toMatch(/^fewer than two trainings/);
    const paired = await outcomeRows(results, group('step=0'), group('step=16'));
    expect(paired.rows.at(-1)).toMatchObject({ mean_a: 0, mean_b: 1, runs_a: 4, runs_b: 4 });
    // Told from fewer checkpoints, it says so.
    const { notes: part } = await outcomeRows(...sides(16), { looked: [] });
    expect(part.words).toContain('Units that died are seen at 2 of 6 checkpoints.');
  });

  it('of steps compares each training with itself', async () => {
    const found = await compareCheckpoints(results, group('step=0'), group('step=16'));
    expect(found).toMatchObject({ replication: 'paired runs', runsA: 4, runsB: 4 });
    const [row] = found.layers.filter(({ layer, category }) => layer === 'conv1' && category === null);
    // Unit 0 died in two of the four trainings.
    expect(row).toMatchObject({ died: 2, diedUnits: [], awoke: 0, runsA: 4, runsB: 4, untested: null });
    // Signs of four differences: 16 ways, and the least two-sided p is 2 of them.
    expect(found.leastP).toBe(2 / 16);
    expect(found.layers.every(({ p }) => p === null || p >= 2 / 16)).toBe(true);
  });

  it('of trainings that are shared in part is refused', async () => {
    await expect(compareCheckpoints(results, group('seed=1'), group('lr=0.01'))).rejects.toThrow(
      /share some trainings .* and not others/,
    );
  });
});
