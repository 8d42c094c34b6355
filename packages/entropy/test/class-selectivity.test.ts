import { describe, expect, test } from 'vitest';
import { classSelectivities, classSelectivity } from '../src/units/class-selectivity.js';

describe('classSelectivity', () => {
  test('is the highest mean against the mean of the others', () => {
    expect(classSelectivity([1, 4, 2, 3])).toBeCloseTo((4 - 2) / (4 + 2), 15);
    expect(classSelectivity([3, 1])).toBe(0.5);
  });

  test('is 0 where all are alike and 1 where one alone is active', () => {
    expect(classSelectivity([2, 2, 2])).toBe(0);
    expect(classSelectivity([0, 0, 5])).toBe(1);
  });

  test('does not depend on the scale of the maps, nor on the order of the categories', () => {
    expect(classSelectivity([0.5, 2, 1])).toBe(classSelectivity([8, 4, 2]));
  });

  test.each([
    ['one category', [3]],
    ['no category', []],
    ['a unit that is never active', [0, 0]],
    ['means of others below 0, where it would leave 0 to 1', [2, -1]],
    ['means below 0', [-1, -2]],
  ])('is not defined for %s', (_, means) => {
    expect(classSelectivity(means)).toBeNull();
  });
});

test('classSelectivities is by unit number, over the categories that have the unit', () => {
  const found = classSelectivities([
    { units: [0, 1, 7], means: [1, 0, 5] },
    { units: [0, 1], means: [3, 0] },
  ]);
  expect([...found]).toEqual([
    [0, 0.5],
    [1, null],
    [7, null],
  ]);
});
