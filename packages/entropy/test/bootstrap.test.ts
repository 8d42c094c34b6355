import { describe, expect, test } from 'vitest';
import { Random } from '@unitscope/base';
import { bootstrapMean, bootstrapMeans, BootstrapOptionError } from '../src/inference/bootstrap.js';

const SAMPLE = [2.31, 1.7, 0.4, 2.9, 1.95, 2.2, 0.88, 3.05, 1.1, 2.47, 1.62];

describe('the bootstrap', () => {
  test('agrees with scipy.stats.bootstrap (percentile, 200,000 resamples)', () => {
    const interval = bootstrapMean(Float64Array.from(SAMPLE), 'a', { resamples: 20_000 });
    expect(interval!.low).toBeCloseTo(1.3955, 1.7);
    expect(interval!.high).toBeCloseTo(2.3291, 1.7);
  });

  test('gives the same interval for the same identity, another for another', () => {
    const values = Float64Array.from(SAMPLE);
    expect(bootstrapMean(values, 'a')).toEqual(bootstrapMean(values, 'a'));
    expect(bootstrapMean(values, 'a')).not.toEqual(bootstrapMean(values, 'b'));
  });

  test('covers the true mean about as often as it says', () => {
    const random = new Random(7);
    let covered = 0;
    for (let i = 0; i < 400; i++) {
      const values = Float64Array.from({ length: 60 }, () => random.next() / 2 ** 32);
      const interval = bootstrapMean(values, `sample ${i}`, { resamples: 300 })!;
      if (interval.low <= 0.5 && 0.5 <= interval.high) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.98);
  });

  test('resamples units, so that categories that say the same narrow nothing', () => {
    const values = Float64Array.from(SAMPLE);
    const { columns, overall } = bootstrapMeans([values, values, values], 'a');
    expect(columns[1]).toEqual(columns[0]);
    expect(overall!.low).toBeCloseTo(columns[0]!.low, 12);
    expect(overall!.high).toBeCloseTo(columns[0]!.high, 12);
  });

  test('skips gaps, and has nothing to say of a column of gaps', () => {
    const gaps = Float64Array.of(NaN, NaN, NaN);
    const { columns, overall } = bootstrapMeans([gaps, Float64Array.of(NaN, 2, NaN)], 'a');
    expect(columns).toEqual([null, { low: 2, high: 2 }]);
    expect(overall).toEqual({ low: 2, high: 2 });
    expect(bootstrapMean(gaps, 'a')).toBeNull();
    expect(bootstrapMean(new Float64Array(), 'a')).toBeNull();
  });

  test('has no interval for no resamples, and refuses nonsense', () => {
    expect(bootstrapMean(Float64Array.of(1, 2), 'a', { resamples: 0 })).toBeNull();
    expect(() => bootstrapMean(Float64Array.of(1), 'a', { resamples: -1 })).toThrow(BootstrapOptionError);
    expect(() => bootstrapMean(Float64Array.of(1), 'a', { coverage: 1 })).toThrow('coverage');
  });
});
