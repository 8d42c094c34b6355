import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  ablationChart,
  ablationText,
  ChartDataError,
  columnChart,
  depthChart,
  depthText,
  distributionChart,
  distributionText,
  heatmapChart,
  heatmapText,
  scatterChart,
  scatterText,
  trendChart,
  trendText,
  unitChart,
  unitText,
} from '../src/index.js';
import { ablation, depth, distribution, heatmap, scatter, unit } from './chart-data.js';
import { demoTrend } from './demo-trend.js';

const svgs: Record<string, () => Promise<string>> = {
  depth: () => depthChart(depth(3)),
  'depth of 40 checkpoints': () => depthChart(depth(40)),
  distribution: () => distributionChart(distribution),
  scatter: () => scatterChart(scatter),
  heatmap: () => heatmapChart(heatmap),
  unit: () => unitChart(unit),
  ablation: () => ablationChart(ablation(1)),
  'ablation, four columns': () => ablationChart(ablation(4)),
};

describe.each(Object.entries(svgs))('%s as SVG', (_name, draw) => {
  test('is the same bytes again, with no identifiers, styles or scripts', async () => {
    const svg = await draw();
    expect(await draw()).toBe(svg);
    expect(svg).not.toMatch(/ id="|<style|<script|class=|url\(|NaN|undefined/);
  });

  test('is drawn by a strict reader, 720 wide, on white', async () => {
    const { data, info } = await sharp(Buffer.from(await draw()))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(720);
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
  });
});

test('the depth of many checkpoints names some and draws all', async () => {
  const { document } = parseHTML(await depthChart(depth(40)));
  expect(document.querySelectorAll('g[aria-label="line"]')).toHaveLength(40);
  const named = [...document.querySelectorAll('text')].filter(({ textContent }) =>
    /^step-/.test(textContent),
  );
  expect(named.length).toBeLessThan(12);
  expect(named.map(({ textContent }) => textContent)).toContain('step-39');
});

test('a hundred layers with long names fit: rows get lower, ticks fewer, and names without what they share', async () => {
  const names = Array.from(
    { length: 100 },
    (_, i) => `features.denseblock${i % 4}.denselayer${i}.conv_long_name`,
  );
  const points = names.map((layer, i) => ({ layer, value: 1 + i / 100, low: null, high: null }));
  const svg = await depthChart({ ...depth(1), layers: names, lines: [{ name: 'only', points }] });
  expect(svg).not.toContain('conv_long_name');
  const ticks = [...svg.matchAll(/>(denseblock\d\.denselayer\d+)</g)].map(([, name]) => name);
  expect(ticks.length).toBeGreaterThan(20);
  expect(ticks.length).toBeLessThan(50);
  const values = names.map((layer) => ({ layer, values: [1, 1.5, 2] }));
  const ridges = await distributionChart({
    ...distribution,
    layers: names,
    groups: [{ name: 'only', values }],
  });
  expect(Number(/<svg[^>]* height="(\d+)/.exec(ridges)![1])).toBeLessThan(3000);
});

test('steps that have no order are points without a line', async () => {
  const series = [{ name: 'conv1', points: [0, 1, 2].map((step) => ({ step, value: step / 2 })) }];
  const trend = { title: 'Zoo', stepScale: 'linear', panels: [{ label: 'H', series }] } as const;
  const joined = await trendChart(trend);
  const apart = await trendChart({ ...trend, joined: false });
  const marks = (svg: string, kind: string): number => svg.split(`aria-label="${kind}"`).length - 1;
  expect([marks(joined, 'line'), marks(apart, 'line')]).toEqual([1, 0]);
  expect(marks(apart, 'dot')).toBe(1);
  expect(trendText({ ...trend, joined: false })).not.toContain('..');
});

test('the heatmap has a cell for each unit and checkpoint, and says what grey is', async () => {
  const svg = await heatmapChart(heatmap);
  const { document } = parseHTML(svg);
  expect(document.querySelectorAll('g[aria-label="cell"] rect')).toHaveLength(6);
  expect(svg).toContain('not sensitive');
});

test('the ablation draws every line in each panel, the baseline dashed, and symbols on some of its points', async () => {
  const { document } = parseHTML(await ablationChart(ablation(2)));
  expect(document.querySelectorAll('g[aria-label="line"]')).toHaveLength(2 * 2 * 2);
  expect(document.querySelectorAll('g[aria-label="line"][stroke-dasharray]')).toHaveLength(2 * 2);
  const dots = document.querySelectorAll('g[aria-label="dot"] path, g[aria-label="dot"] circle').length;
  expect(dots).toBeGreaterThan(8 * 6);
  expect(dots).toBeLessThan(8 * 12);
});

test('the unit marks its threshold and shows the hole of one of its maps', async () => {
  const svg = await unitChart(unit);
  expect(svg).toContain('threshold 50');
  expect(svg).toContain('No hole: all 25 cells of this map are 0');
});

test('counts are counted in whole numbers, however few there are', async () => {
  const births = [1, 2].map((index) => ({ index, images: 2 * index }));
  const { title, subtitle, threshold } = unit;
  const { document } = parseHTML(await unitChart({ title, subtitle, threshold, births, without: 0 }));
  const ticks = [...document.querySelectorAll('g[aria-label$="axis tick label"] text')];
  const texts = ticks.map(({ textContent }) => textContent);
  expect(texts).toContain('4');
  expect(texts.filter((text) => /[.,]/.test(text))).toEqual([]);
});

test('bands have outlines of the full colour of their series', async () => {
  for (const svg of [await trendChart(demoTrend()), await ablationChart(ablation(1))]) {
    const { document } = parseHTML(svg);
    const areas = [...document.querySelectorAll('g[aria-label="area"]')];
    expect(areas.length).toBeGreaterThan(0);
    for (const area of areas) {
      expect(area.getAttribute('stroke')).toBe(area.getAttribute('fill'));
      expect(area.hasAttribute('stroke-opacity')).toBe(false);
    }
  }
});

test('text forms fit their width', () => {
  const texts = [
    depthText(depth(12), 70),
    distributionText(distribution, 70),
    scatterText(scatter, 70),
    heatmapText(heatmap, 70),
    unitText(unit, 70),
    ablationText(ablation(2), 70),
  ];
  for (const text of texts.slice(1)) {
    const longest = text.split('\n').reduce((most, line) => Math.max(most, line.length), 0);
    expect(longest).toBeLessThanOrEqual(76);
  }
  expect(unitText(unit)).toMatch(/59-60 \|#+ 2 \(not counted\)\n/);
  expect(heatmapText(heatmap)).toContain('x: not sensitive');
});

test('nothing to draw is said, not drawn', async () => {
  await expect(depthChart({ ...depth(1), lines: [] })).rejects.toThrow(ChartDataError);
  await expect(distributionChart({ ...distribution, groups: [] })).rejects.toThrow(ChartDataError);
  await expect(scatterChart({ ...scatter, groups: [] })).rejects.toThrow(ChartDataError);
  await expect(heatmapChart({ ...heatmap, rows: [] })).rejects.toThrow(ChartDataError);
  await expect(unitChart({ ...unit, births: [], without: 0 })).rejects.toThrow(ChartDataError);
  await expect(ablationChart({ ...ablation(1), columns: [] })).rejects.toThrow(ChartDataError);
});

describe('ticks', () => {
  const texts = (svg: string): string[] =>
    [...svg.matchAll(/>(−?[\d.,]+)<\/text>/g)].map(([, text]) => text!);

  test('are whole numbers along the births of a unit that has none', async () => {
    const bare = await unitChart({ title: 'Unit', subtitle: '', births: [], without: 12, threshold: 50 });
    expect(texts(bare)).toEqual(expect.arrayContaining(['0', '1', '2']));
    expect(texts(bare).join(' ')).not.toContain('.');
  });

  test('are within the axis of whole numbers that begin above 0', async () => {
    const births = [3, 7, 20, 16, 4];
    const svg = await columnChart({
      ...{ title: 'Births', subtitle: '', xLabel: 'image', yLabel: 'birth index', mark: 'dot' },
      points: births.map((y, x) => ({ x, y, series: '' })),
    });
    const { document } = parseHTML(svg);
    const heights = [...document.querySelectorAll('g[aria-label="y-axis tick label"] text')].map((text) =>
      Number(/,([\d.]+)\)/.exec(text.getAttribute('transform') ?? '')![1]),
    );
    const bottom = Math.min(
      ...[...document.querySelectorAll('g[aria-label="x-axis tick label"] text')].map((text) =>
        Number(/,([\d.]+)\)/.exec(text.getAttribute('transform') ?? '')![1]),
      ),
    );
    expect(heights.length).toBeGreaterThan(2);
    expect(Math.max(...heights)).toBeLessThanOrEqual(bottom);
  });

  test.each([0, 0.25, -3])('have few decimals where all levels are %d', async (level) => {
    const flat = {
      ...depth(1),
      lines: [
        {
          name: 'a',
          points: depth(1).lines[0]!.points.map((point) => ({
            ...point,
            value: level,
            low: null,
            high: null,
          })),
        },
      ],
    };
    const ticks = texts(await depthChart(flat));
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.every((text) => text.length <= 5)).toBe(true);
  });
});
