import { depthModel, heatmapModel, trendModel } from '@unitscope/plots';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkpointOrder } from '../src/checkpoints/checkpoint-order.ts';
import { SweepResults } from '../src/results/sweep-results.ts';
import { heatRows } from '../src/rows/heat-rows.ts';
import { spreadRows } from '../src/rows/spread-rows.ts';
import { trendRows } from '../src/rows/trend-rows.ts';
import { birthRows, scatterRows } from '../src/rows/unit-rows.ts';
import { runQuery } from '../src/sql/run-query.ts';
import { sweepTrend } from '../src/trainings/sweep-trend.ts';
import { sampleSweeps, type SampleSweep } from './sample-sweep.ts';

let sample: SampleSweep;
let results: SweepResults;

beforeAll(async () => {
  const at = (step: number, more = {}) =>
    [`step-${step}`, { ...more, meta: { step, loss: 1 / (1 + step) } }] as const;
  sample = await sampleSweeps(
    { s: 'statistics: { bootstrap: 20 }' },
    { checkpoints: Object.fromEntries([at(0), at(1, { unmeasured: true }), at(2, { dead: true })]) },
  );
  results = await SweepResults.open(sample.store, 's');
}, 120_000);
afterAll(() => sample.remove());

const caption = { sweep: 's', definition: 'code' } as const;

test('a checkpoint that lacks a layer is no column of its heatmap: its units are not “not sensitive” there', async () => {
  const { checkpoints, axis } = checkpointOrder(results);
  const found = await heatRows(results, checkpoints, { layer: 'conv1', category: 'cat', axis });
  expect(found.notes.checkpoints).toEqual(['step-0', 'step-2']);
  expect(found.rows.map(({ unit, values }) => [unit, values.length])).toEqual(
    [0, 1, 2, 3, 4, 5].map((unit) => [unit, 2]),
  );
  // Unit 0 is dead at the last one.
  expect(found.rows[0]!.values[1]).toBeNull();
  const { subtitle, columns } = heatmapModel(found, caption);
  expect(subtitle).toBe('Category cat. 2 of 3 checkpoints have the layer.');
  expect(columns).toEqual(['step-0', 'step-2']);
});

test.each(['code', 'paper'] as const)(
  'a heatmap has the means that SQL gives, by the %s',
  async (definition) => {
    const stated = await SweepResults.open(sample.store, 's', { definition });
    const { checkpoints, axis } = checkpointOrder(stated);
    const found = await heatRows(stated, checkpoints, { layer: '<b>conv2</b>', axis });
    const column = definition === 'code' ? 'CASE WHEN sensitive THEN entropy END' : 'entropy_paper';
    const asked = await runQuery(
      [stated],
      `SELECT unit, checkpoint, avg(${column}) FROM units WHERE layer = '<b>conv2</b>' GROUP BY unit, checkpoint`,
    );
    const mean = new Map(
      asked.rows().map(([unit, checkpoint, h]) => [`${Number(unit)} ${checkpoint as string}`, h]),
    );
    expect(mean.size).toBe(18);
    for (const { unit, values } of found.rows)
      for (const [i, label] of found.notes.checkpoints.entries()) {
        const expected = mean.get(`${unit} ${label}`);
        if (expected === null) expect(values[i]).toBeNull();
        else expect(values[i]).toBeCloseTo(expected as number, 12);
      }
  },
);

test('beyond the last page of a heatmap is the last page', async () => {
  const { checkpoints, axis } = checkpointOrder(results);
  const { notes, rows } = await heatRows(results, checkpoints, { layer: 'conv1', axis, from: 500 });
  expect([notes.from, notes.units, rows.length]).toEqual([0, 6, 6]);
});

test('a chart of one category says so, and where no band is drawn it claims none', async () => {
  const trend = await sweepTrend(results, { category: 'cat' });
  const rows = trendRows(trend, { category: 'cat' });
  const { subtitle, panels } = trendModel(rows, caption);
  expect(subtitle).toContain('Mean over sensitive units of category cat;');
  expect(panels[0]!.series.map(({ name }) => name)).toEqual(['conv1', '<b>conv2</b>']);
  const without = { ...rows, rows: rows.rows.map((row) => ({ ...row, low: null, high: null })) };
  const options = { relative: false, most: 12 };
  for (const model of [depthModel(without, caption, options), trendModel(without, caption)])
    expect(model.subtitle).toBe('Mean over sensitive units of category cat.');
  expect(depthModel(rows, caption, options).subtitle).toContain('bands (of many lines');
});

test('rows of a category or layer that is not there are refused, with what there is', async () => {
  const { checkpoints, axis } = checkpointOrder(results);
  const [first] = checkpoints;
  const none = /no category "bird"; there are cat, o'dog/;
  await expect(sweepTrend(results, { category: 'bird' })).rejects.toThrow(none);
  await expect(spreadRows(results, [first!], { category: 'bird' })).rejects.toThrow(none);
  await expect(scatterRows(results, first!, { category: 'bird' })).rejects.toThrow(none);
  const layer = 'conv9';
  await expect(heatRows(results, checkpoints, { layer, axis })).rejects.toThrow(/did you mean conv1\?/);
  await expect(birthRows(results, first!, { layer: 'conv1', unit: 9 })).rejects.toThrow(
    /its units are 0 to 5/,
  );
});
