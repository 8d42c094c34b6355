import { expect, it } from 'vitest';
import { kendall, pearson, spearman } from '../src/inference/correlation.ts';
import { mannWhitney } from '../src/inference/mann-whitney.ts';
import { welchInterval } from '../src/inference/welch-interval.ts';

// Figures of SciPy 1.17: mannwhitneyu (exact), spearmanr over all permutations, ttest_ind(equal_var=False).
const a = [0.31, 0.12, 0.55, 0.47];
const b = [0.62, 0.71, 0.5, 0.93, 0.8];

it('Mann–Whitney of few values without ties has the exact p', () => {
  expect(mannWhitney(a, b)!.p).toBeCloseTo(0.031746031746031744, 12);
  expect(mannWhitney(b, a)!.p).toBeCloseTo(0.031746031746031744, 12);
  expect(mannWhitney([1], [2, 3])!.p).toBeCloseTo(2 / 3, 12);
});

it('Spearman’s ρ of few points has the exact p, with ties too', () => {
  const found = spearman([3, 1, 4, 1, 5, 9, 2], [2, 7, 1, 8, 2.5, -1, 3])!;
  expect(found.r).toBeCloseTo(-0.8829187134416479, 12);
  expect(found.p).toBeCloseTo(0.01507936507936508, 12);
});

it('Kendall’s τ of few values without ties has the exact p, and of fewer than five none', () => {
  expect(kendall([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5])!.p).toBeCloseTo(0.1361111111111111, 12);
  expect(kendall([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])!.p).toBeCloseTo(2 / 120, 12);
  expect(kendall([1, 2, 3, 4], [4, 3, 2, 1])).toMatchObject({ p: null });
});

it('a correlation of fewer than five points has no p and no interval', () => {
  for (const found of [pearson([1, 2, 3, 4], [2, 1, 4, 3])!, spearman([1, 2, 3, 4], [1, 2, 3, 4])!])
    expect(found).toMatchObject({ n: 4, p: null, interval: null });
});

it('Welch’s interval is SciPy’s', () => {
  const found = welchInterval(a, b)!;
  expect(found.low).toBeCloseTo(-0.6430675155389862, 10);
  expect(found.high).toBeCloseTo(-0.05593248446101401, 10);
  expect(welchInterval([1], b)).toBeNull();
});
