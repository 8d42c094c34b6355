import { describe, expect, test } from 'vitest';
import { summarize } from '../src/numbers/sample-summary.js';

const SAMPLE = [2.31, 1.7, 0.4, 2.9, 1.95, 2.2, 0.88, 3.05, 1.1, 2.47, 1.62];

describe('summarize', () => {
  test('keeps the conventions of numpy: sd with ddof=1, linear quantiles', () => {
    const summary = summarize(SAMPLE);
    expect(summary.mean).toBeCloseTo(1.870909090909091, 14);
    expect(summary.sd).toBeCloseTo(0.833516101169672, 14);
    expect(summary.q05).toBeCloseTo(0.64, 14);
    expect(summary.q25).toBeCloseTo(1.36, 14);
    expect(summary.q50).toBeCloseTo(1.95, 14);
    expect(summary.q75).toBeCloseTo(2.39, 14);
    expect(summary.q95).toBeCloseTo(2.975, 14);
  });

  test('says null where a sample is too small', () => {
    expect(summarize([])).toMatchObject({ mean: null, sd: null, q50: null });
    expect(summarize([2])).toMatchObject({ mean: 2, sd: null, q05: 2, q95: 2 });
  });
});
