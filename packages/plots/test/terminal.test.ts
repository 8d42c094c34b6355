import { describe, expect, it } from 'vitest';
import {
  ablationText,
  depthText,
  distributionText,
  heatmapText,
  scatterText,
  trendText,
  unitText,
  type TextLook,
} from '../src/index.js';
import * as data from './chart-data.js';

const ESCAPE = '\u001b';
const COLORED: TextLook = { unicode: true, colorDepth: 8 };

const TEXTS: readonly (readonly [string, (width: number, look?: TextLook) => string])[] = [
  ['trend', (width, look) => trendText(data.trend, width, look)],
  ['depth', (width, look) => depthText(data.depth(12), width, look)],
  ['distribution', (width, look) => distributionText(data.distribution, width, look)],
  ['scatter', (width, look) => scatterText(data.scatter, width, look)],
  ['heatmap', (width, look) => heatmapText(data.heatmap, width, look)],
  ['unit', (width, look) => unitText(data.unit, width, look)],
  ['ablation', (width, look) => ablationText(data.ablation(2), width, look)],
];

/** As a terminal shows it. */
const seen = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*m/g, '');
const widest = (text: string): number =>
  Math.max(
    ...seen(text)
      .split('\n')
      .map(({ length }) => length),
  );

describe.each(TEXTS)('%s in a terminal', (_, draw) => {
  it.each([40, 60, 80, 132])('keeps to %i columns, with braille and colours and without', (width) => {
    expect(widest(draw(width))).toBeLessThanOrEqual(width);
    expect(widest(draw(width, COLORED))).toBeLessThanOrEqual(width);
  });

  it('has no colours unless the terminal has', () => {
    expect(draw(80)).not.toContain(ESCAPE);
    expect(draw(80, { unicode: true })).not.toContain(ESCAPE);
    expect(draw(80, { unicode: true, colorDepth: 1 })).not.toContain(ESCAPE);
    expect(draw(80, COLORED)).toContain(`${ESCAPE}[`);
  });

  it('is ASCII where the terminal takes no more, but for names and captions', () => {
    expect(draw(80)).not.toMatch(/[\u2500-\u259f\u2800-\u28ff]/);
    expect(draw(80, { unicode: true })).toMatch(/[\u2500-\u259f\u2800-\u28ff]/);
  });

  it('leaves the terminal’s own colours on after each line', () => {
    for (const line of draw(80, COLORED).split('\n')) {
      const codes = [...line.matchAll(/\u001b\[([0-9;]*)m/g)].map(([, code = '']) => code);
      if (codes.length > 0) expect(codes.at(-1)).toMatch(/^[34]9$/);
    }
  });
});

it('a line of braille goes from the first value to the last, its letters at the measured steps', () => {
  const points = [0, 1, 2, 3].map((step) => ({ step, value: 3 - step }));
  const panels = [{ label: 'y', series: [{ name: 's', points }] }];
  const rows = trendText({ title: 't', stepScale: 'linear', panels }, 40, { unicode: true })
    .split('\n')
    .filter((line) => line.includes('│'));
  expect(rows[0]).toMatch(/^ {4}3\.00 │o[⠀-⣿]/);
  expect(rows.at(-1)).toMatch(/[⠀-⣿]o$/);
  expect(rows.join('').match(/o/g)).toHaveLength(4);
  // The line has a dot in every column between.
  const columns = new Set(
    rows.flatMap((row) => Array.from(row).flatMap((sign, i) => (/[o⠀-⣿]/.test(sign) ? [i] : []))),
  );
  expect(columns.size).toBe(30);
});

it('a gap breaks the line', () => {
  const points = [0, 1, 2, 3].map((step) => ({ step, value: step === 1 ? null : step }));
  const panels = [{ label: 'y', series: [{ name: 's', points }] }];
  const text = trendText({ title: 't', stepScale: 'linear', panels }, 40, { unicode: true });
  const columns = new Set(
    text.split('\n').flatMap((row) => Array.from(row).flatMap((sign, i) => (/[⠀-⣿]/.test(sign) ? [i] : []))),
  );
  expect(columns.size).toBeLessThan(12);
});

it('the histogram of births has a row for every index, also those without an image', () => {
  const births = [
    { index: 3, images: 7 },
    { index: 6, images: 2 },
  ];
  const text = unitText({ ...data.unit, births, threshold: 5 });
  const rows = text.split('\n').flatMap((line) => {
    const [, name, images] = /^ *(\S+) \|#* (\d+)/.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(images)]];
  });
  expect(rows).toEqual([
    ['0', 0],
    ['1', 0],
    ['2', 0],
    ['3', 7],
    ['4', 0],
    ['5', 0],
    ['6', 2],
    ['none', 1],
  ]);
  expect(text).toContain(' 2 (not counted)');
});

it('of many indices several have a row, and no image is lost or counted across the threshold', () => {
  const births = Array.from({ length: 150 }, (_, index) => ({ index, images: 1 }));
  const text = unitText({ ...data.unit, births, threshold: 50 }, 80, { unicode: true });
  const bins = [...text.matchAll(/^ *(\d+)(?:–(\d+))? │\S* (\d+)( \(not counted\))?/gm)];
  expect(bins.reduce((sum, [, , , images]) => sum + Number(images), 0)).toBe(150);
  expect(bins.length).toBeLessThan(45);
  for (const [, from, to = from, , note] of bins)
    expect(note !== undefined).toBe(Number(from) === 0 || Number(to) > 50);
});

it('legends wrap, and each entry has the colour of its line', () => {
  const groups = Array.from({ length: 12 }, (_, i) => ({
    name: `features.layer${i}`,
    points: [{ x: i / 12, y: i }],
  }));
  const text = scatterText({ ...data.scatter, groups }, 60, COLORED);
  const legend = text.split('\n').filter((line) => line.includes('features.layer'));
  expect(legend.length).toBeGreaterThan(3);
  expect(legend[0]).toContain(`${ESCAPE}[34mA features.layer0${ESCAPE}[39m`);
});

it('a heatmap wider than the terminal shows some columns and says how many', () => {
  const columns = Array.from({ length: 200 }, (_, i) => `step-${i}`);
  const rows = [{ name: '0', values: columns.map((_, i) => i) }];
  const text = heatmapText({ ...data.heatmap, columns, rows }, 60);
  expect(widest(text)).toBeLessThanOrEqual(60);
  expect(text).toMatch(/\(\d+ of 200\s+have room\)/);
});
