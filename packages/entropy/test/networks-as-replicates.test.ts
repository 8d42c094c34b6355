import { describe, expect, it } from 'vitest';
import { permutationTest, signFlipInterval, signFlipTest } from '../src/inference/permutation-test.js';
import { stratifiedBootstrap } from '../src/inference/stratified-bootstrap.js';
import { studentInterval } from '../src/inference/student-interval.js';

describe('studentInterval', () => {
  it("is SciPy's t.interval around the mean", () => {
    // scipy.stats.t.interval(0.95, 2, loc=mean, scale=sem) of [0.1, 0.25, 0.3], SciPy 1.17
    const found = studentInterval([0.1, 0.25, 0.3]);
    expect(found?.mean).toBeCloseTo(0.21666666666666667, 14);
    expect(found?.low).toBeCloseTo(-0.04189058396, 10);
    expect(found?.high).toBeCloseTo(0.47522391729, 10);
  });

  it('is nothing for one network', () => {
    expect(studentInterval([0.3])).toBeNull();
  });
});

describe('permutationTest', () => {
  it('goes through all splits of a few networks and knows the smallest p there is', () => {
    const found = permutationTest([1, 2, 3], [4, 5, 6], 'x');
    expect(found).toEqual({ statistic: -3, p: 0.1, smallest: 0.1, exact: true });
  });

  it('has p = 1 where the samples are alike', () => {
    expect(permutationTest([1, 2], [2, 1], 'x')?.p).toBe(1);
    expect(permutationTest([], [1], 'x')).toBeNull();
  });

  it('draws rearrangements where there are too many, near the exact p', () => {
    const first = Array.from({ length: 12 }, (_, i) => Math.sin(i * 7.1));
    const second = Array.from({ length: 12 }, (_, i) => Math.sin(i * 3.7) + 0.5);
    const found = permutationTest(first, second, 'many');
    expect(found?.exact).toBe(false);
    expect(found?.p).toBeGreaterThan(0);
    expect(permutationTest(first, second, 'many')).toEqual(found);
  });
});

describe('signFlipTest', () => {
  it('is exact for a few paired differences', () => {
    expect(signFlipTest([0.1, 0.2, 0.3], 'x')).toMatchObject({ p: 0.25, smallest: 0.25, exact: true });
    expect(signFlipTest([0.1, -0.2, 0.3, 0.4], 'x')?.p).toBe(0.375);
  });

  it('gives an interval that its own test does not reject inside and rejects outside', () => {
    const differences = [-0.31, -0.28, -0.35, -0.2, -0.4, -0.27, -0.33];
    const interval = signFlipInterval(differences, 'x');
    expect(interval).not.toBeNull();
    const p = (shift: number) =>
      signFlipTest(
        differences.map((value) => value - shift),
        'x',
      )?.p ?? 0;
    expect(p((interval?.low ?? 0) - 1e-6)).toBeLessThanOrEqual(0.05);
    expect(p((interval?.low ?? 0) + 1e-6)).toBeGreaterThan(0.05);
    expect(p((interval?.high ?? 0) + 1e-6)).toBeLessThanOrEqual(0.05);
  });

  it('has no interval from five networks, which can reject nothing at 95 %', () => {
    expect(signFlipInterval([1, 1.1, 1.2, 1.3, 1.4], 'x')).toBeNull();
  });
});

describe('stratifiedBootstrap', () => {
  it('resamples networks within their architecture: a difference between architectures alone is certain', () => {
    expect(
      stratifiedBootstrap(
        [
          [1, 1, 1],
          [5, 5],
        ],
        'x',
      ),
    ).toEqual({ low: 3, high: 3 });
  });

  it('spreads as networks of one architecture differ, and is the same for the same identity', () => {
    const found = stratifiedBootstrap([[0, 1, 2]], 'a');
    expect(found?.low).toBe(0);
    expect(found?.high).toBe(2);
    expect(stratifiedBootstrap([[0, 1, 2]], 'a')).toEqual(found);
    expect(stratifiedBootstrap([[]], 'a')).toBeNull();
  });
});
