import { describe, expect, test } from 'vitest';
import { apoz, meanActivation } from '../src/units/activity.js';
import { KernelShapeError, l1Norms } from '../src/units/l1-norm.js';

describe('activity', () => {
  test('averages over all values of all maps', () => {
    expect(meanActivation([3, 5], 4)).toBe(1);
    expect(apoz([1, 2], 4)).toBe(3 / 8);
  });
});

describe('l1Norms', () => {
  const kernel = Float32Array.of(1, -2, 3, -4, 5, -6);

  test('sums absolute weights by unit, whichever axis the unit is', () => {
    expect([...l1Norms(kernel, 2, 'first')]).toEqual([6, 15]);
    expect([...l1Norms(kernel, 2, 'last')]).toEqual([9, 12]);
  });

  test('refuses a kernel that is not a whole number of units', () => {
    expect(() => l1Norms(kernel, 4, 'first')).toThrow(KernelShapeError);
    expect(() => l1Norms(kernel, 0, 'first')).toThrow('found 6 values');
  });
});
