import { describe, expect, it } from 'vitest';
import { Random } from '@unitscope/base';
import { noiseScores, scoresOf, scoreIntervals, type ScoredNetwork } from '../src/zoo/scores.ts';

/** A full design of factors of two levels. */
function design(
  factors: number,
  of: (levels: number[]) => { complexity: number; gap: number },
): ScoredNetwork[] {
  return Array.from({ length: 2 ** factors }, (_, index) => {
    const levels = Array.from({ length: factors }, (__, factor) => (index >> factor) & 1);
    return { levels, ...of(levels) };
  });
}

const weights = [1, 2.3, 4.1, 0.6, 8.7];
const gapOf = (levels: number[]): number =>
  levels.reduce((sum, level, i) => sum + level * (weights[i] ?? 0), 0);

describe('scoresOf', () => {
  it('is perfect for a measure that orders networks as their gaps do', () => {
    const found = scoresOf(
      design(5, (levels) => ({ gap: gapOf(levels), complexity: Math.exp(gapOf(levels)) })),
    );
    expect(found.tau).toBeCloseTo(1, 12);
    expect(found.granulated).toBe(1);
    expect(found.information).toBeCloseTo(100, 9);
    expect(found.worst).toBeCloseTo(1, 12);
  });

  it('sees through a measure that knows one factor alone', () => {
    // It is the last factor, which moves the gap most: τ is high, and given that factor nothing is left.
    const found = scoresOf(design(5, (levels) => ({ gap: gapOf(levels), complexity: levels[4] ?? 0 })));
    expect(found.tau).toBeGreaterThan(0.5);
    expect(found.granulatedByFactor).toEqual([0, 0, 0, 0, 1]);
    expect(found.granulated).toBeCloseTo(0.2, 12);
    expect(found.information).toBeCloseTo(0, 9);
  });

  it('finds the environment in which a measure goes the other way', () => {
    const found = scoresOf(
      design(4, (levels) => ({ gap: gapOf(levels), complexity: gapOf(levels) * (levels[0] === 1 ? -1 : 1) })),
    );
    expect(found.worst).toBeCloseTo(-1, 12);
  });

  it('says nothing where nothing varies', () => {
    expect(scoresOf(design(3, () => ({ gap: 0.1, complexity: 1 })))).toMatchObject({
      tau: null,
      information: null,
      worst: null,
    });
    expect(scoresOf([])).toMatchObject({ tau: null, granulated: null });
  });
});

describe('scoreIntervals and noiseScores', () => {
  const random = new Random(3);
  const networks = design(6, (levels) => ({ gap: gapOf(levels), complexity: random.next() }));

  it('covers 0 for a measure that knows nothing, and is nothing for few networks', () => {
    const intervals = scoreIntervals(networks, 'noise', 100);
    for (const interval of [intervals.tau, intervals.granulated]) {
      expect(interval?.low).toBeLessThan(0);
      expect(interval?.high).toBeGreaterThan(0);
    }
    expect(intervals.information?.low).toBeGreaterThanOrEqual(0);
    expect(intervals.worst?.low).toBeLessThan(scoresOf(networks).worst ?? NaN);
    expect(scoreIntervals(networks, 'noise', 100)).toEqual(intervals);
    expect(scoreIntervals(networks.slice(0, 20), 'few').tau).toBeNull();
  });

  it('gives what noise scores: less than a tenth or so, the same for the same name', () => {
    const noise = noiseScores(networks, 'zoo', 60);
    expect(noise.tau).toBeGreaterThan(0.05);
    expect(noise.tau).toBeLessThan(0.3);
    expect(noise.information).toBeLessThan(5);
    expect(noiseScores(networks, 'zoo', 60)).toEqual(noise);
    // Of 64 networks τ of noise has a deviation of √(2 (2n + 5) / 9n (n − 1)): that much above 0, times 1.645.
    const { length: n } = networks;
    const expected = 1.645 * Math.sqrt((2 * (2 * n + 5)) / (9 * n * (n - 1)));
    expect(Math.abs((noiseScores(networks, 'zoo').tau ?? NaN) / expected - 1)).toBeLessThan(0.1);
  });
});
