import { describe, expect, test } from 'vitest';
import { Random, seedOf } from '../src/numbers/random.js';

describe('Random', () => {
  test('is xoshiro128** 1.1 filled by SplitMix32, as a transcription of the published C gives it', () => {
    const random = new Random(12345);
    expect([1, 2, 3, 4, 5].map(() => random.next())).toEqual([
      518_667_457, 440_444_462, 4_232_892_992, 3_757_857_622, 3_939_018_813,
    ]);
  });

  test('draws every value below the bound about as often', () => {
    const random = new Random(1);
    const counts = new Uint32Array(7);
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

describe('seedOf', () => {
  test('is FNV-1a over UTF-16', () => {
    expect(seedOf('null births 14 0')).toBe(3_801_408_309);
    expect(seedOf('é')).toBe(1_509_650_188);
  });
});
