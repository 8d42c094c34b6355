import { SweepResults, sweepTrend } from '@unitscope/query';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleSweeps, type SampleSweep } from '../../../../packages/query/test/sample-sweep.ts';
import { openChart } from '../../src/results/charts/chart.ts';
import { CHART_KINDS } from '../../src/results/charts/chart-kinds.ts';
import { trendOf } from '../../src/results/charts/trend-of.ts';

let sample: SampleSweep;
let results: SweepResults;

beforeAll(async () => {
  const at = (step: number) => [`step-${step}`, { meta: { step } }] as const;
  sample = await sampleSweeps(
    { s: 'statistics: { bootstrap: 0 }' },
    { checkpoints: Object.fromEntries([at(0), at(1)]) },
  );
  results = await SweepResults.open(sample.store, 's');
}, 120_000);
afterAll(() => sample.remove());

test('a trend of one category is of it, in its numbers and its words', async () => {
  const { panels, subtitle } = await trendOf(results, { category: 'cat' });
  const { layers } = await sweepTrend(results, { category: 'cat' });
  expect(panels[0]!.series.map(({ points }) => points.map(({ value }) => value))).toEqual(
    layers.map(({ values }) => values.map((value) => value!.entropy)),
  );
  expect(subtitle).toMatch(/^Mean over sensitive units of category cat\b/);
});

test.each(CHART_KINDS)('a %s of a category that is not there is refused', async (kind) => {
  await expect(openChart(kind, results, { category: 'bird' })).rejects.toMatchObject({
    code: 'NAME_UNKNOWN',
    message: expect.stringContaining('no category "bird"') as string,
  });
});

test.each(CHART_KINDS)('a %s is drawn, and told in a terminal', async (kind) => {
  const chart = await openChart(kind, results, { layer: 'conv1' });
  const title = /<text[^>]*font-weight="bold">([^<]+)/.exec(await chart.svg())?.[1] ?? '';
  expect(title).toContain(kind === 'unit' ? 'Births of unit 0' : 'H by the authors’ code');
  expect(chart.text(200).replaceAll('\n', ' ')).toContain(title.split(' (')[0]!);
});
