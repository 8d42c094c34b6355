import { embedCheckpoints, SweepResults, sweepTrend } from '@unitscope/query';
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
    { checkpoints: Object.fromEntries([at(0), at(1), at(2)]) },
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

test('the plane of checkpoints has every checkpoint, as a picture and in a terminal', async () => {
  const { rows } = await embedCheckpoints(results, { by: 'step' });
  const chart = await openChart('embedding', results, { by: 'step' });
  const svg = await chart.svg({ linked: true });
  const drawn = [...svg.matchAll(/data-row="([^"]+)"/g)].map(
    ([, row]) => JSON.parse(row!.replaceAll('&quot;', '"')) as object,
  );
  expect(drawn).toEqual(
    rows.map(({ checkpoint, step, x, y }) => expect.objectContaining({ checkpoint, step, x, y }) as object),
  );
  const text = chart.text(80);
  for (const [i, { checkpoint }] of rows.entries()) expect(text).toContain(`${'ABC'[i]} ${checkpoint}`);
  const plane = text
    .split('\n')
    .filter((line) => /\|/.test(line))
    .join('');
  for (const letter of 'ABC') expect(plane.split(letter)).toHaveLength(2);
  await expect(openChart('embedding', results, { run: 'lr=1' })).rejects.toMatchObject({
    code: 'TRAININGS_ALL',
  });
});

test('a sweep that is too small for points is refused with what is expected', async () => {
  const two = await sampleSweeps({ two: 'statistics: { bootstrap: 0 }' }, { checkpoints: { a: {}, b: {} } });
  try {
    await expect(openChart('embedding', await SweepResults.open(two.store, 'two'), {})).rejects.toMatchObject(
      {
        code: 'CHART_DATA',
        message:
          'sweep two: points need at least 3 checkpoints with an H in most layers and 2 layers with an H at all of them; found 2 and 2',
      },
    );
  } finally {
    await two.remove();
  }
});
