import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { depthModel, depthChart, heatmapChart, trendChart, trendModel, type TrendRow } from '../src/index.js';

const HOSTILE = '"><script>alert(1)</script>';
const caption = { sweep: 's', definition: 'code' } as const;
const rows = ['conv1', HOSTILE].flatMap((layer, at) =>
  [0, 1, 2].map((step): TrendRow => ({
    ...{ layer, layer_index: at, checkpoint: `step-${step}`, step, entropy: 1 + step / 3 + at },
    ...{ low: step === 1 ? null : 0.5, high: step === 1 ? null : 2.5, relative: 0.9, relative_low: null },
    ...{ relative_high: null, selective_rate: 0.25, against: 1 / (1 + step) },
  })),
);
const trend = { rows, notes: { axis: 'step', against: 'loss', category: null, shown: '3' } };

/** Rows that elements of a chart hold. */
function held(svg: string, attribute: string): unknown[] {
  const { document } = parseHTML(`<body>${svg}</body>`);
  return [...document.querySelectorAll(`[${attribute}]`)].map(
    (element) => JSON.parse(element.getAttribute(attribute) ?? '') as unknown,
  );
}

describe('a chart for a page', () => {
  test('holds the row of each of its points, with the metadata column under its own name', async () => {
    const svg = await trendChart(trendModel(trend, caption), { linked: true });
    const expected = rows.map(({ against, ...row }) => ({ ...row, loss: against }));
    const losses = rows
      .slice(0, 3)
      .map(({ checkpoint, step, against }) => ({ checkpoint, step, loss: against }));
    expect(held(svg, 'data-row')).toEqual([...expected, ...expected, ...losses]);
    expect(svg).not.toContain('<script>');
  });

  test('says of lines, bands and entries of the legend what they are of', async () => {
    const svg = await depthChart(depthModel(trend, caption, { relative: false, most: 9 }), { linked: true });
    const { document } = parseHTML(`<body>${svg}</body>`);
    const legend = [...document.querySelectorAll('svg > g[data-of]')].map((entry) =>
      entry.textContent.trim(),
    );
    expect(legend).toEqual(['step-0', 'step-1', 'step-2']);
    expect(new Set(held(svg, 'data-of').map((of) => JSON.stringify(of)))).toEqual(
      new Set([0, 1, 2].map((step) => JSON.stringify({ checkpoint: `step-${step}` }))),
    );
  });

  test('holds nothing of that where it stands in a paper', async () => {
    const chart = await trendChart(trendModel(trend, caption));
    expect(chart).not.toMatch(/data-(?:row|of|x)=/);
  });

  test('holds unit, checkpoint and H of each cell, those without H too', async () => {
    const svg = await heatmapChart(
      {
        ...{
          title: 't',
          subtitle: '',
          label: 'nats',
          none: 'none',
          columnLabel: 'checkpoint',
          rowLabel: 'unit',
        },
        columns: ['a', 'b'],
        rows: [{ name: '7', values: [1.5, null] }],
        of: { layer: 'conv1' },
      },
      { linked: true },
    );
    expect(held(svg, 'data-row')).toEqual([
      { layer: 'conv1', unit: 7, checkpoint: 'a', entropy: 1.5 },
      { layer: 'conv1', unit: 7, checkpoint: 'b', entropy: null },
    ]);
  });
});
