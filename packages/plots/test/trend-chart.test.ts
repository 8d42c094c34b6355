import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { LIGHT, seriesStyles } from '../src/marks/palette.js';
import { trendChart } from '../src/charts/trend-chart.js';
import { TrendDataError, type Trend } from '../src/trend/trend.js';
import { demoTrend } from './demo-trend.js';

function textsOf(svg: string): string[] {
  return [...parseHTML(svg).document.querySelectorAll('text')].map((text) => text.textContent);
}

describe('trendChart', () => {
  test('has title, units, layers, steps and the reference in it', async () => {
    const texts = textsOf(await trendChart(demoTrend()));
    expect(texts).toContain('Feature entropy and loss while the example CNN learns digits');
    for (const text of ['conv1', 'conv4', 'noise', 'mean feature entropy H (nats)', 'training loss (nats)']) {
      expect(texts).toContain(text);
    }
    for (const step of ['0', '1', '3', '7', '1000']) expect(texts).toContain(step);
    expect(texts).toContain('training step (log scale) →');
  });

  test('draws one line and one band a series, with a symbol at each value', async () => {
    const { document } = parseHTML(await trendChart(demoTrend()));
    expect(document.querySelectorAll('g[aria-label="line"]')).toHaveLength(9);
    expect(document.querySelectorAll('g[aria-label="area"] path')).toHaveLength(8);
    const dots = [...document.querySelectorAll('g[aria-label="dot"]')].filter(
      (group) => group.children.length > 1,
    );
    expect(dots.map((group) => group.children.length)).toEqual(Array(9).fill(11));
  });

  test('gives panels of one scale the same y axis, and others their own', async () => {
    const panel = (label: string, most: number, scale?: string) => ({
      ...{ label, ...(scale !== undefined && { scale }) },
      series: [
        { name: 'mean', points: [0, 1, 2].map((step) => ({ step, value: 1.5 + (most - 1.5) * (step / 2) })) },
      ],
    });
    const levelsOf = async (...panels: Trend['panels']): Promise<string[][]> => {
      const { document } = parseHTML(await trendChart({ title: 'H', panels }));
      return [...document.querySelectorAll('g[aria-label="y-axis tick label"]')].map((axis) =>
        [...axis.querySelectorAll('text')].map(({ textContent }) => textContent),
      );
    };
    const [low, high, other] = await levelsOf(panel('a', 2, 'H'), panel('b', 8.5, 'H'), panel('c', 2));
    expect(low).toEqual(high);
    expect(other).not.toEqual(high);
    expect(await levelsOf(panel('a', 2, 'H'))).toEqual([other]);
  });

  test('puts many panels of two kinds in two columns where there is room: those of one layer beside each other', async () => {
    const kinds = [{ of: 'H' }, { of: 'H / noise', right: true }] as const;
    const trend: Trend = {
      title: 'H',
      panels: kinds.flatMap(({ of, ...column }) =>
        ['conv1', 'conv2', 'conv3'].map((layer, i) => ({
          ...{ label: `${layer}: ${of}`, ...column },
          series: [{ name: 'mean', points: [0, 1, 2].map((step) => ({ step, value: i + step / 4 })) }],
        })),
      ),
    };
    const placesOf = (svg: string): (readonly [string, number, number])[] =>
      [...parseHTML(svg).document.querySelectorAll('text')]
        .filter(({ textContent }) => textContent.startsWith('conv'))
        .map((text) => {
          let [x, y] = [0, 0];
          for (let at = text.parentElement; at !== null; at = at.parentElement) {
            const [, across = '0', down = '0'] =
              /^translate\(([\d.-]+),([\d.-]+)\)/.exec(at.getAttribute('transform') ?? '') ?? [];
            [x, y] = [x + Number(across), y + Number(down)];
          }
          return [text.textContent, x, y] as const;
        });
    const wide = await trendChart(trend, { width: 1000 });
    const places = placesOf(wide);
    expect(places).toHaveLength(6);
    for (const layer of ['conv1', 'conv2', 'conv3']) {
      const [left, right] = kinds.map(({ of }) => places.find(([name]) => name === `${layer}: ${of}`));
      expect(right?.[1]).toBe((left?.[1] ?? 0) + 500);
      expect(right?.[2]).toBe(left?.[2]);
    }
    // Each column has the steps below its last panel.
    expect(textsOf(wide).filter((text) => text.startsWith('training step'))).toHaveLength(2);
    const narrow = placesOf(await trendChart(trend, { width: 720 }));
    expect(new Set(narrow.map(([, x]) => x)).size).toBe(1);
    expect(new Set(narrow.map(([, , y]) => y)).size).toBe(6);
  });

  test('gives the same bytes again, with no identifiers, styles or scripts', async () => {
    const svg = await trendChart(demoTrend());
    expect(await trendChart(demoTrend())).toBe(svg);
    expect(svg).not.toMatch(/ id="|<style|<script|class=|url\(|NaN|undefined/);
  });

  test('is well-formed for a strict reader, on white ground, whatever the labels hold', async () => {
    const svg = await trendChart({ ...demoTrend(['<a> & "b"', 'c\u0001', 'é🦊']), title: 'a < b & c' });
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(720);
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
    expect(data.some((value) => value < 64)).toBe(true);
  });

  test('keeps thirteen layers apart by colour and symbol', async () => {
    const names = Array.from({ length: 13 }, (_, i) => `features.${i}`);
    const svg = await trendChart(demoTrend(names));
    expect(textsOf(svg)).toEqual(expect.arrayContaining(names));
    const strokes = [
      ...svg.matchAll(
        /aria-label="line"[^>]*stroke="(#[0-9a-f]{6})"|stroke="(#[0-9a-f]{6})"[^>]*aria-label="line"/g,
      ),
    ];
    expect(new Set(strokes.map(([, a, b]) => a ?? b)).size).toBe(14);
  });

  test('gives no colour two meanings: series that never stand with the first ones have the colour of texts', () => {
    const panel = (label: string, names: readonly string[]) => ({
      label,
      series: names.map((name, i) => ({ name, points: [{ step: 1, value: i }] })),
    });
    const layers = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'];
    const heads = ['pooling', 'flatten', 'norm', 'plain'];
    const styles = seriesStyles(
      { title: 't', panels: [panel('a', layers), panel('b', layers), panel('loss', heads)] },
      LIGHT,
    );
    expect(styles.map(({ name }) => name)).toEqual([...layers, ...heads]);
    expect(styles.slice(0, 5).map(({ color }) => color)).toEqual(LIGHT.series.slice(0, 5));
    expect(new Set(styles.slice(5).map(({ color }) => color))).toEqual(new Set([LIGHT.ink]));
    expect(new Set(styles.slice(5).map(({ dash }) => dash)).size).toBe(4);
    expect(new Set(styles.slice(5).map(({ symbol }) => symbol)).size).toBe(4);
  });

  test('cuts intervals at what is possible and says so, and only there', async () => {
    const trend = (low: number, high: number) => {
      const points = [0, 1].map((step) => ({ step, value: 0.5, low, high }));
      const series = [{ name: 'accuracy', points }];
      return { title: 't', panels: [{ label: 'y', series, possible: [0, 1] as const }] };
    };
    const over = await trendChart(trend(-0.4, 1.3));
    expect(over).toContain('Intervals are cut at 0 and 1: no value can be beyond.');
    const areaOf = (svg: string): string | null | undefined =>
      parseHTML(svg).document.querySelector('g[aria-label="area"] path')?.getAttribute('d');
    const within = await trendChart(trend(0, 1));
    expect(areaOf(over)).toBe(areaOf(within));
    expect(within).not.toContain('cut');
    const below = await trendChart(trend(-0.4, 1));
    expect(below).toContain('Intervals are cut at 0: no value can be beyond.');
  });

  describe('series beside each other', () => {
    const trend = (steps: number): Trend => {
      const points = Array.from({ length: steps }, (_, step) => ({ step, value: 1, low: 0.9, high: 1.1 }));
      const series = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, points }));
      return { title: 't', stepScale: 'linear', beside: true, panels: [{ label: 'y', series }] };
    };
    const drawn = (svg: string) => parseHTML(svg).document;

    test('hide none of lines on each other', async () => {
      const svg = await trendChart(trend(4));
      expect(drawn(svg).querySelectorAll('g[aria-label="area"]')).toHaveLength(0);
      expect(drawn(svg).querySelectorAll('g[aria-label="rule"] line').length).toBeGreaterThanOrEqual(20);
      const moved = [...drawn(svg).querySelectorAll('g[aria-label="line"]')].map((group) =>
        Number(/translate\(([-\d.]+)/.exec(group.getAttribute('transform') ?? '')?.[1] ?? 0),
      );
      const gaps = moved.slice(1).map((place, i) => place - (moved[i] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4);
      expect(svg).toContain('Series stand beside each other at each place');
    });

    test('are drawn as bands where steps leave no room', async () => {
      const svg = await trendChart(trend(40));
      expect(drawn(svg).querySelectorAll('g[aria-label="area"]')).toHaveLength(5);
      expect(svg).not.toContain('beside each other');
    });
  });

  test('writes the name of a reference at the end from which the lines keep away', async () => {
    const points = [2, 1.5, 1].map((value, step) => ({ step, value }));
    const draw = async (drawn: typeof points): Promise<string | null | undefined> => {
      const panels = [
        { label: 'y', series: [{ name: 's', points: drawn }], reference: { value: 1, label: 'noise' } },
      ];
      const { document } = parseHTML(await trendChart({ title: 't', panels }));
      const label = [...document.querySelectorAll('text')].find(({ textContent }) => textContent === 'noise');
      return label?.closest('[text-anchor]')?.getAttribute('text-anchor');
    };
    expect(await draw(points)).toBe('start');
    expect(await draw(points.map(({ step }) => ({ step, value: 1 + step })))).toBe('end');
  });

  test('leaves a gap where a value is missing and needs no interval', async () => {
    const points = [
      { step: 0, value: 1 },
      { step: 1, value: null },
      { step: 2, value: 2 },
      { step: 3, value: 2 },
    ];
    const trend = { title: 't', panels: [{ label: 'y', series: [{ name: 's', points }] }] };
    const { document } = parseHTML(await trendChart(trend));
    expect(document.querySelectorAll('circle')).toHaveLength(3);
    const line = document.querySelector('g[aria-label="line"] path')?.getAttribute('d') ?? '';
    expect(line.match(/M/g)).toHaveLength(2);
    expect(document.querySelectorAll('g[aria-label="area"] path')).toHaveLength(0);
  });

  test('gives all panels the same steps, and leaves out a panel without a value', async () => {
    const panel = (label: string, steps: number[]) => ({
      label,
      series: [{ name: label, points: steps.map((step) => ({ step, value: step })) }],
    });
    const panels = [panel('short', [0, 10]), panel('nothing', []), panel('long', [0, 10, 1000])];
    const svg = await trendChart({ title: 't', panels });
    const { document } = parseHTML(svg);
    const across = [...document.querySelectorAll('circle')].map((circle) => circle.getAttribute('cx'));
    expect(across.slice(0, 2)).toEqual(across.slice(2, 4));
    expect(textsOf(svg)).not.toContain('nothing');
  });

  test('draws a single step', async () => {
    const points = [{ step: 5, value: 1 }];
    const svg = await trendChart({ title: 't', panels: [{ label: 'y', series: [{ name: 's', points }] }] });
    expect(svg).not.toContain('NaN');
  });

  test('refuses a trend without values, or with a step below 0', async () => {
    const trend = (step: number, value: number | null) =>
      trendChart({
        title: 't',
        panels: [{ label: 'y', series: [{ name: 's', points: [{ step, value }] }] }],
      });
    await expect(trend(1, null)).rejects.toThrow(TrendDataError);
    await expect(trend(-1, 1)).rejects.toThrow('y, s: expected steps from 0, found -1');
  });
});
