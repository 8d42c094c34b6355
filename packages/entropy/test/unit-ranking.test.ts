import { describe, expect, test } from 'vitest';
import {
  apozRanks,
  importanceRanks,
  l1Ranks,
  meanActivationRanks,
  selectiveRateRanks,
} from '../src/units/unit-ranking.js';

describe('importanceRanks', () => {
  test('puts the least ineffective unit first and those below 0.1 last, ties by unit', () => {
    const ranks = importanceRanks([3, 0, 2, 0.05, 2, 0.1, -0.09, 900]);
    expect([...ranks]).toEqual([3, 5, 1, 6, 2, 0, 7, 4]);
  });

  test('takes no units', () => {
    expect(importanceRanks([])).toHaveLength(0);
  });
});

describe('the rivals', () => {
  test('rank selective rate, L1 norm and mean activation from above, APoZ from below, ties by unit', () => {
    expect([...l1Ranks([1, 5, 5, 2])]).toEqual([3, 0, 1, 2]);
    expect([...meanActivationRanks([-1, 0.5, 0])]).toEqual([2, 0, 1]);
    expect([...selectiveRateRanks([0.5, 0, 1, 0.5])]).toEqual([1, 3, 0, 2]);
    expect([...apozRanks([0.5, 0, 0.5, 1])]).toEqual([1, 0, 2, 3]);
  });

  test('put what is not known last', () => {
    expect([...l1Ranks([NaN, 0, NaN, 1])]).toEqual([2, 1, 3, 0]);
  });
});
