import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootstrapDifference } from '../src/inference/bootstrap-difference.js';
import { kendall, laggedCorrelations, pearson, spearman } from '../src/inference/correlation.js';
import { benjaminiHochberg } from '../src/inference/false-discovery.js';
import { mannWhitney, mannWhitneyCounts } from '../src/inference/mann-whitney.js';
import { midRanks } from '../src/inference/mid-ranks.js';

interface Interval {
  low: number;
  high: number;
}

interface Sample {
  x: number[];
  y: number[];
  figures: {
    mannWhitney: { u: number; p: number };
    pearson: Interval & { r: number; p: number };
    spearman: Interval & { r: number; p: number };
    kendall: { tau: number; p: number };
    difference: Interval;
    lag1: number;
    p: number[];
    q: number[];
  };
}

// Computed once with SciPy 1.17 by test/interop/python/scipy_figures.py.
const samples = JSON.parse(
  readFileSync(new URL('fixtures/scipy-figures.json', import.meta.url), 'utf8'),
) as Sample[];

const near = (found: number, expected: number): void =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 + 1e-10 * Math.abs(expected));

describe.each(samples.map((sample, i) => [i, sample] as const))(
  'sample %i of SciPy',
  (_, { x, y, figures }) => {
    const n = Math.min(x.length, y.length);
    const a = x.slice(0, n);
    const b = y.slice(0, n);

    test('Mann–Whitney', () => {
      const found = mannWhitney(x, y)!;
      near(found.u, figures.mannWhitney.u);
      near(found.p, figures.mannWhitney.p);
      near(found.effect, (2 * figures.mannWhitney.u) / (x.length * y.length) - 1);
    });

    test.each([
      ['Pearson', pearson, 'pearson'],
      ['Spearman', spearman, 'spearman'],
    ] as const)('%s', (_name, correlate, key) => {
      const found = correlate(a, b)!;
      near(found.r, figures[key].r);
      near(found.p!, figures[key].p);
      near(found.interval!.low, figures[key].low);
      near(found.interval!.high, figures[key].high);
    });

    test('Kendall', () => {
      const found = kendall(a, b)!;
      near(found.tau, figures.kendall.tau);
      near(found.p!, figures.kendall.p);
    });

    test('Benjamini–Hochberg', () => {
      benjaminiHochberg(figures.p).forEach((q, i) => near(q, figures.q[i]!));
    });

    test('a correlation one step later', () => {
      const lags = laggedCorrelations(a, b, 1);
      expect(lags.map(({ lag }) => lag)).toEqual([-1, 0, 1]);
      near(lags[2]!.r, figures.lag1);
    });

    test('the bootstrap interval of a difference, as near as its resamples allow', () => {
      const found = bootstrapDifference(x, y, 'sample', { resamples: 20_000 })!;
      const width = figures.difference.high - figures.difference.low;
      expect(Math.abs(found.low - figures.difference.low)).toBeLessThan(0.04 * width);
      expect(Math.abs(found.high - figures.difference.high)).toBeLessThan(0.04 * width);
    });
  },
);

test('mid-ranks share equal values', () => {
  expect([...midRanks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
});

test('a sample without values, and samples of one value, have no false certainty', () => {
  expect(mannWhitney([], [1])).toBeNull();
  expect(mannWhitney([1, 1], [1])).toEqual({ u: 1, p: 1, effect: 0 });
  expect(mannWhitneyCounts([[2, 1]])).toEqual({ u: 1, p: 1, effect: 0 });
  expect(pearson([0.1, 0.1, 0.1, 0.1], [1, 2, 3, 4])).toBeNull();
  expect(pearson([1, 2], [1, 2])).toBeNull();
  expect(spearman([1, 2, 3], [1, 4, 9])).toMatchObject({ r: 1, p: null, interval: null });
  expect(kendall([1, 1], [1, 2])).toBeNull();
  expect(bootstrapDifference([], [1], 'x')).toBeNull();
  expect(benjaminiHochberg([])).toEqual([]);
});
