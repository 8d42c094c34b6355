import { expect, test } from 'vitest';
import { ablatedCounts } from '../src/ablation-steps.ts';

test('a small layer is ablated unit by unit, a large one in 64 steps', () => {
  expect(ablatedCounts(4, {})).toEqual([0, 1, 2, 3, 4]);
  const large = ablatedCounts(1280, {});
  expect(large).toHaveLength(65);
  expect(large.slice(0, 3)).toEqual([0, 20, 40]);
  expect(large.at(-1)).toBe(1280);
});

test('steps of so many units, or so many steps, always end with the whole layer', () => {
  expect(ablatedCounts(10, { every: 4 })).toEqual([0, 4, 8, 10]);
  expect(ablatedCounts(10, { every: 20 })).toEqual([0, 10]);
  expect(ablatedCounts(10, { steps: 3 })).toEqual([0, 3, 7, 10]);
  expect(ablatedCounts(10, { steps: 30 })).toHaveLength(11);
  expect(() => ablatedCounts(10, { every: 0 })).toThrow('every: expected a whole number from 1, found 0');
});
