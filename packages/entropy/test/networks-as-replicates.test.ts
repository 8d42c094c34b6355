import { Random } from '@unitscope/base';
import { describe, expect, it } from 'vitest';
import { permutationTest, signFlipInterval, signFlipTest } from '../src/inference/permutation-test.js';
import { fisherInterval, fisherMean } from '../src/inference/fisher-interval.js';
import { networksNeeded } from '../src/inference/networks-needed.js';
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

describe('fisherInterval', () => {
  it("is Student's interval of artanh r, put back", () => {
    // numpy.tanh(scipy.stats.t.interval(0.95, 2, *moments of numpy.arctanh([0.9, 0.95, 0.7]))), SciPy 1.17
    const found = fisherInterval([0.9, 0.95, 0.7]);
    expect(found?.mean).toBeCloseTo(0.8832662513291527, 12);
    expect(found?.low).toBeCloseTo(0.17772306012113867, 10);
    expect(found?.high).toBeCloseTo(0.9890543605801305, 10);
    expect(fisherMean([0.9, 0.95, 0.7])).toBeCloseTo(0.8832662513291527, 12);
  });

  it('never leaves −1 to 1, and is nothing where an r is exactly one of them', () => {
    const wide = fisherInterval([0.99, -0.2, 0.9]);
    expect(wide?.low).toBeGreaterThan(-1);
    expect(wide?.high).toBeLessThan(1);
    expect(fisherInterval([1, 0.9, 0.8])).toBeNull();
    expect(fisherInterval([0.5])).toBeNull();
  });
});

describe('intervals over 3 to 5 networks', () => {
  it.each([3, 4, 5])('cover the true mean as often as they say, of %i networks', (networks) => {
    const random = new Random(networks);
    const normal = (): number => {
      const [u, v] = [(random.next() + 0.5) / 2 ** 32, random.next() / 2 ** 32];
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    };
    const times = 4000;
    let [linear, correlation] = [0, 0];
    for (let i = 0; i < times; i++) {
      const values = Array.from({ length: networks }, () => 0.3 + 0.2 * normal());
      const interval = studentInterval(values);
      if (interval !== null && interval.low <= 0.3 && 0.3 <= interval.high) linear++;
      const found = fisherInterval(values.map(Math.tanh));
      if (found !== null && found.low <= Math.tanh(0.3) && Math.tanh(0.3) <= found.high) correlation++;
    }
    for (const covered of [linear, correlation]) {
      expect(covered / times).toBeGreaterThan(0.94);
      expect(covered / times).toBeLessThan(0.96);
    }
  });
});

describe('networksNeeded', () => {
  it('is the figure by the non-central t', () => {
    // scipy.stats.nct: the smallest n of power 0.8
    const figures: [number, number, number][] = [
      [1, 0.5, 34],
      [1, 1, 10],
      [0.1, 0.2, 5],
      [5, 1, 199],
      [10, 1, 787],
      [1, 2, 5],
      [1, 3, 4],
      [1, 5, 3],
      [1, 20, 2],
    ];
    for (const [sd, difference, networks] of figures)
      expect(networksNeeded(sd, difference), `${sd} ${difference}`).toBe(networks);
  });

  it('says nothing where nothing spreads, or where it would be more than can be', () => {
    expect(networksNeeded(0, 0.1)).toBeNull();
    expect(networksNeeded(1, 0)).toBeNull();
    expect(networksNeeded(1, 1e-4)).toBeNull();
  });
});
