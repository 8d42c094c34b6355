import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import {
  ablationChart,
  columnChart,
  depthChart,
  differenceChart,
  distributionChart,
  fitHeight,
  heatmapChart,
  holeStill,
  printLook,
  scatterChart,
  trendChart,
  unitChart,
  type Length,
  type Look,
} from '../src/index.js';
import * as data from './chart-data.js';

const MM: Length = { value: 85, unit: 'mm' };
const POINTS = { mm: 72 / 25.4, cm: 72 / 2.54, in: 72, pt: 1, px: 0.75 };

const CHARTS: readonly (readonly [string, (look: Look) => Promise<string>])[] = [
  ['trend', (look) => trendChart(data.trend, look)],
  ['depth', (look) => depthChart(data.depth(5), look)],
  ['depth of many checkpoints', (look) => depthChart(data.depth(40), look)],
  ['distribution', (look) => distributionChart(data.distribution, look)],
  ['scatter', (look) => scatterChart(data.scatter, look)],
  ['heatmap', (look) => heatmapChart(data.heatmap, look)],
  ['unit', (look) => unitChart(data.unit, look)],
  ['ablation', (look) => ablationChart(data.ablation(2), look)],
  ['column', (look) => columnChart(data.column, look)],
  ['difference', (look) => differenceChart(data.differences, look)],
  ['hole', (look) => Promise.resolve(holeStill({ ...data.hole, title: 'A hole' }, look))],
];

describe.each(CHARTS)('%s on paper', (name, draw) => {
  it.each([
    MM,
    { value: 180, unit: 'mm' },
    { value: 60, unit: 'mm' },
    { value: 3.5, unit: 'in' },
  ] satisfies Length[])('has texts of 6 pt at least at $value $unit, and keeps within', async (width) => {
    const svg = await draw(printLook({ width }));
    const { points, wide } = rootOf(svg);
    expect(points).toBeCloseTo(width.value * POINTS[width.unit], 1);
    const small = textsOf(svg).filter(({ size }) => (size * points) / wide < 5.999);
    expect(small).toEqual([]);
    expect(textsOf(svg).length).toBeGreaterThan(3);
  });

  it('is as high as it is asked to be, where its plots can be', async () => {
    if (name === 'hole') {
      await expect(fitHeight(draw, printLook({ width: MM, height: MM }))).rejects.toThrow(
        /nothing in this chart can be higher or lower: it has \d/,
      );
      return;
    }
    const tall = { value: 300, unit: 'mm' } as const;
    const svg = await fitHeight(draw, printLook({ width: MM, height: tall }));
    expect(svg.slice(0, svg.indexOf('viewBox'))).toContain(' width="85mm" height="300mm" ');
    await expect(fitHeight(draw, printLook({ width: MM, height: { value: 5, unit: 'mm' } }))).rejects.toThrow(
      /expected a height of at least [\d.]+mm at this width, found 5mm/,
    );
  });
});

describe('a size on paper', () => {
  it('lays out anew: more width is more room, not larger text', () => {
    const wide = printLook({ width: { value: 170, unit: 'mm' } });
    expect(wide.width).toBe(2 * (printLook({ width: MM }).width ?? 0));
  });

  it('takes larger text, and refuses smaller than 6 pt and what has no room for it', () => {
    expect(printLook({ width: MM, text: 8 }).width).toBe(301);
    expect(() => printLook({ width: MM, text: 5 })).toThrow('expected text of at least 6pt, found 5pt');
    expect(() => printLook({ width: { value: 40, unit: 'mm' } })).toThrow(
      'expected a width of at least 55.1mm, so that its smallest text has 6pt; found 40mm',
    );
    expect(() => printLook({ width: MM, text: 12 })).toThrow(/at least 110\.1mm.* has 12pt; found 85mm/);
  });

  it('in px is that of a page', () => {
    expect(printLook({ width: { value: 720, unit: 'px' } }).width).toBe(720);
  });
});

function rootOf(svg: string): { points: number; wide: number } {
  const [, value, unit = 'px', wide] =
    /^<svg[^>]* width="([\d.]+)([a-z]*)"[^>]*viewBox="0 0 ([\d.]+) /.exec(svg) ?? [];
  return { points: Number(value) * POINTS[unit as keyof typeof POINTS], wide: Number(wide) };
}

/** Every text with its size in units of the root: the scales of all transforms above it counted in. */
function textsOf(svg: string): { text: string; size: number }[] {
  const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`);
  return Array.from(document.querySelectorAll('text'), (element) => {
    let size: number | undefined;
    let scale = 1;
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      size ??= at.hasAttribute('font-size') ? Number(at.getAttribute('font-size')) : undefined;
      const [, factor] = /scale\(([\d.]+)/.exec(at.getAttribute('transform') ?? '') ?? [];
      scale *= Number(factor ?? 1);
    }
    return { text: element.textContent, size: (size ?? NaN) * scale };
  }).filter(({ text }) => text !== '');
}
