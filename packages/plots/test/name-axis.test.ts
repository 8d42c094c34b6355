import { describe, expect, test } from 'vitest';
import { nameAxis } from '../src/marks/name-axis.js';
import { textWidth } from '../src/marks/text-width.js';
import { fittedNames } from '../src/marks/tick-names.js';
import { wholeAxis } from '../src/marks/whole-ticks.js';

const long = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) => `/backbone/layer${1 + (i % 4)}/layer${1 + (i % 4)}.${i}/conv1/Conv`,
  );

test('a text is at least as wide as in the fonts that a viewer may have, one em for what is not ASCII', () => {
  expect(textWidth('0', 10)).toBeCloseTo(6.36);
  expect(textWidth('iW', 100)).toBeCloseTo(27.8 + 98.9);
  expect(textWidth('層', 11)).toBe(11);
});

describe('an axis of names', () => {
  test('that have room stands level and shows all', () => {
    const axis = nameAxis(['conv1', 'conv2'], { width: 720, left: 56, right: 24 });
    expect(axis).toMatchObject({ shown: ['conv1', 'conv2'], rotated: {}, left: 56 });
  });

  test.each([49, 100, 300])('of %i long names keeps labels a line apart, within its margins', (count) => {
    for (const width of [328, 720, 1100]) {
      const axis = nameAxis(long(count), { width, left: 56, right: 24 });
      expect(axis.rotated).toEqual({ tickRotate: -60 });
      const names = long(count);
      const distance = (width - axis.left - 24) / count;
      const places = axis.shown.map((name) => names.indexOf(name));
      for (const [i, at] of places.entries()) {
        const wide = textWidth(axis.nameOf(names[at]!), 11);
        expect(axis.left + distance * (at + 0.3) - wide / 2).toBeGreaterThanOrEqual(0);
        expect(wide * Math.sin(Math.PI / 3) + 10 + 11).toBeLessThanOrEqual(axis.bottom - 20);
        if (i > 0)
          expect((at - places[i - 1]!) * distance * Math.sin(Math.PI / 3)).toBeGreaterThanOrEqual(13);
      }
    }
  });
});

test('names that are fitted are told apart and no wider than asked', () => {
  const fitted = fittedNames(long(49), 90, 11);
  expect(new Set(fitted.values()).size).toBe(49);
  for (const name of fitted.values()) expect(textWidth(name, 11)).toBeLessThanOrEqual(90);
});

test('ticks of counts are whole; numbers that are none have none', () => {
  expect(wholeAxis([2], 5).ticks).toEqual([0, 1, 2]);
  expect(wholeAxis([1, 23], 5).ticks).toEqual([5, 10, 15, 20]);
  expect(wholeAxis([0, 1, 23], 5).ticks).toEqual([0, 5, 10, 15, 20]);
  const { ticks, tickFormat } = wholeAxis([-3, 1000], 4);
  expect([ticks, tickFormat!(-500), tickFormat!(1000)]).toEqual([[0, 500, 1000], '−500', '1,000']);
  expect(wholeAxis([0], 5).ticks).toEqual([0]);
  expect(wholeAxis([1, 2.5], 5)).toEqual({ ticks: 5 });
});
