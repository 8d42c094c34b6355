import { describe, expect, test } from 'vitest';
import {
  birthsModel,
  columnModel,
  differenceModel,
  distributionModel,
  heatmapModel,
  pathModel,
  runPoints,
  runsModel,
  scatterModel,
  trendModel,
  type BirthRows,
  type DrawnRuns,
  type HeatRows,
  type LayerDifferenceRow,
  type LayerDifferenceRows,
  type ScatterRows,
  type SpreadRows,
  type TrendRow,
  type TrendRows,
  type UnitPathRows,
} from '../src/index.js';

const caption = { sweep: 's', definition: 'code' } as const;
const paper = { sweep: 's', definition: 'paper' } as const;

function trendRows(
  layers: number,
  steps: readonly number[],
  notes: Partial<TrendRows['notes']> = {},
): TrendRows {
  const rows = Array.from({ length: layers }, (_, i) => `conv${i}`).flatMap((layer, i) =>
    steps.map((step): TrendRow => {
      const value = 2 - i / 100 - step / 1000;
      return {
        ...{ layer, layer_index: i, checkpoint: `step-${step}`, step },
        ...{ entropy: value, low: value - 0.1, high: value + 0.1 },
        ...{ relative: value / 2, relative_low: null, relative_high: null },
        ...{ selective_rate: 0.5, against: 1 / (1 + step) },
      };
    }),
  );
  return {
    rows,
    notes: { axis: 'step', against: 'loss', category: null, shown: String(steps.length), ...notes },
  };
}

describe('a trend', () => {
  test('has a panel of H, one of H against noise with its line, and the column, which starts at 0 for a loss', () => {
    const { panels, stepScale, stepLabel, joined } = trendModel(trendRows(2, [0, 1, 100]), caption);
    expect(panels.map(({ label }) => label)).toEqual([
      'mean feature entropy H (nats)',
      'H / H of noise',
      'loss',
    ]);
    expect(panels.map(({ reference, zero }) => [reference?.value, zero])).toEqual([
      [undefined, undefined],
      [1, undefined],
      [undefined, true],
    ]);
    expect(panels[1]!.series[1]!.points[2]).toMatchObject({ step: 100, value: 0.945, low: null, high: null });
    expect([stepScale, stepLabel, joined]).toEqual(['log', 'training step', true]);
  });

  test('joins nothing that has no order', () => {
    const { joined, stepScale, stepLabel } = trendModel(trendRows(1, [0, 1, 100], { axis: null }), caption);
    expect([joined, stepScale, stepLabel]).toEqual([false, 'linear', 'checkpoint']);
  });

  test('says how many layers and checkpoints of how many it shows, and leaves out a column without values', () => {
    const { rows, notes } = trendRows(30, [0, 1], { shown: '2 of 9' });
    const empty = rows.map((row) => ({ ...row, against: null }));
    const { subtitle, panels } = trendModel(
      { rows: empty, notes },
      { ...caption, also: ['One training.', ''] },
    );
    expect(subtitle).toBe(
      'Mean over sensitive units; bands: 95 % bootstrap intervals over units. One training. 24 of 30 layers are drawn. 2 of 9 checkpoints.',
    );
    expect(panels.map(({ series }) => series.length)).toEqual([24, 24]);
  });
});

describe('the path of a unit', () => {
  const rows = [0, 1].map((step) => ({
    ...{ checkpoint: `step-${step}`, step, category: 'cat', entropy: 1, selective_rate: 0.5 },
    ...{ ineffectiveness: 1, births: 2, images: 4, sensitive: true },
  }));
  const found: UnitPathRows = { rows, notes: { axis: 'step', shown: '2' } };
  const subject = { name: 'unit 7 of conv3', run: 'lr=0.1', category: 'cat' };

  test('names its training and its category, and then no mean over categories', () => {
    const { title, subtitle } = pathModel(found, subject, caption);
    expect(title).toContain('Path of unit 7 of conv3, s, lr=0.1, category cat (');
    expect(subtitle).toBe('H and ε in category cat.');
  });

  test('of all categories says what its means are over', () => {
    const { title, subtitle } = pathModel(found, { ...subject, run: null, category: null }, caption);
    expect(title).toContain('Path of unit 7 of conv3, s (');
    expect(subtitle).toBe('H: mean over the categories in which the unit is sensitive; ε: over all.');
  });
});

test('every picture of H says by which definition it is', () => {
  const spread: SpreadRows = { rows: [], notes: { category: null, shown: '2 of 3' } };
  const units: ScatterRows = { rows: [], notes: { checkpoint: 'a', category: '7', units: 3 } };
  for (const model of [
    trendModel(trendRows(1, [0]), paper),
    distributionModel(spread, paper),
    scatterModel(units, paper),
  ])
    expect(model.title).toMatch(/ \(H by the paper’s text\)$/);
  expect(distributionModel(spread, paper).subtitle).toMatch(/^All units, one value .* 2 of 3 checkpoints\.$/);
  expect(scatterModel(units, paper).subtitle).toMatch(/, category 7; .* 0 of 3 are sensitive and drawn\.$/);
});

test('several trainings have a panel a layer and measure, and the same points as rows', () => {
  const line = (run: string, values: readonly number[]) => ({
    run,
    points: values.map((value, step) => ({ step, value, low: null, high: null })),
  });
  const mean = [0, 1].map((step) => ({ step, value: 1.5, low: 1, high: 2 }));
  const groups = [{ name: 'lr=0.1', count: 2, mean, runs: [line('seed=1', [1, 1]), line('seed=2', [2, 2])] }];
  const facet = { name: 'conv1', layer: 'conv1', groups };
  const runs: DrawnRuns = {
    ...{ axis: 'epoch', isLogarithmic: false, against: null, category: 'cat', trainings: 2 },
    ...{ facets: [facet], relative: [facet], column: [], words: ['1 of 2 layers are drawn.'] },
  };
  const { panels, subtitle, stepLabel } = runsModel(runs, caption);
  expect(panels.map(({ label }) => label)).toEqual(['conv1: mean H (nats)', 'conv1: H / H of noise']);
  expect(panels[0]!.series.map(({ name, partOf }) => [name, partOf])).toEqual([
    ['lr=0.1 (2 trainings)', undefined],
    ['seed=1', 'lr=0.1 (2 trainings)'],
    ['seed=2', 'lr=0.1 (2 trainings)'],
  ]);
  expect(subtitle).toMatch(
    /^Mean over sensitive units of category cat; 2 trainings, .* 1 of 2 layers are drawn\.$/,
  );
  expect(stepLabel).toBe('epoch');
  // An interval over two trainings goes below 0; no H does.
  expect(panels.map(({ possible }) => possible?.[0])).toEqual([0, 0]);
  const points = runPoints(runs).filter(({ panel }) => panel === 'conv1: mean H (nats)');
  expect(points.map(({ line: name, step, value }) => [name, step, value])).toEqual([
    ['mean', 0, 1.5],
    ['mean', 1, 1.5],
    ['seed=1', 0, 1],
    ['seed=1', 1, 1],
    ['seed=2', 0, 2],
    ['seed=2', 1, 2],
  ]);
});

test('a page of a heatmap says which units of how many it has', () => {
  const rows = [4, 9].map((unit) => ({ unit, values: [1, null] }));
  const found = (order: 'number' | 'moved'): HeatRows => ({
    rows,
    notes: {
      ...{
        layer: 'conv1',
        category: null,
        axis: 'step',
        checkpoints: ['a', 'b'],
        shown: '2 of 8',
        looked: 2,
      },
      ...{ order, from: 2, page: 2, units: 12, range: [0.5, 3] },
    },
  });
  const { subtitle, range } = heatmapModel(found('number'), caption);
  expect(subtitle).toBe(
    'Mean over the categories in which the unit is sensitive. Units 4 to 9, 2 of 12; the scale is that of all. 2 of 8 checkpoints, evenly spaced.',
  );
  expect(range).toEqual([0.5, 3]);
  expect(heatmapModel(found('moved'), paper).subtitle).toMatch(
    /^Mean over the categories\. Places 3 to 4 by how far H moved, 2 of 12;/,
  );
});

test('differences are those of their rows; births say what is not counted', () => {
  const row = {
    layer: 'conv1',
    difference: -0.3,
    low: -0.4,
    high: -0.2,
    certain: true,
  } as LayerDifferenceRow;
  const notes = { a: 'x', b: 'y', certain_q: 0.01 } as LayerDifferenceRows['notes'];
  const { title, subtitle, rows } = differenceModel({ rows: [row], notes }, caption);
  expect(title).toContain('from x to y');
  expect(subtitle).toContain('full: q < 0.01 and 0 outside');
  expect(rows).toMatchObject([{ name: 'conv1', value: -0.3, low: -0.4, high: -0.2, certain: true }]);
  const births: BirthRows = {
    rows: [{ index: 3, images: 5 }],
    notes: {
      ...{ layer: 'conv1', unit: 7, checkpoint: 'a', category: null },
      ...{ images: 1, without: 2, threshold: 50 },
    },
  };
  expect(birthsModel(births, caption).subtitle).toBe(
    '1 image, all categories; 2 without a birth. Grey: beyond the threshold of 50, or index 0: not counted.',
  );
});

test('two columns are drawn where both have a value', () => {
  const table = [
    { a: 'x', b: 1 },
    { a: null, b: 2 },
    { a: 'y', b: null },
    { a: 3, b: NaN },
  ];
  const { points } = columnModel(
    table,
    { mark: 'bar', x: 'a', y: 'b', by: '' },
    (row, column) => row[column as 'a' | 'b'],
  );
  expect(points).toEqual([{ x: 'x', y: 1, series: '', row: { a: 'x', b: 1 } }]);
});
