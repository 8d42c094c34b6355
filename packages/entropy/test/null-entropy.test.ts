import { birthRank } from '@unitscope/topology';
import { describe, expect, test } from 'vitest';
import { pluginEntropy } from '../src/units/feature-entropy.js';
import { expectedEntropy, nullEntropy, NullEntropyError } from '../src/noise/null-entropy.js';
import { Random } from '@unitscope/base';

/** Independent standard normal values (Box and Muller). */
function gaussianMap(random: Random, size: number): Float32Array {
  return Float32Array.from({ length: size * size }, () => {
    const radius = Math.sqrt(-2 * Math.log((random.next() + 1) / 2 ** 32));
    return radius * Math.cos((2 * Math.PI * random.next()) / 2 ** 32);
  });
}

/** Births of real Gaussian maps, by the kernel; raw ranks, 0 = none. */
function simulatedBirths(size: number, maps: number): number[] {
  const random = new Random(size);
  return Array.from({ length: maps }, () => birthRank(gaussianMap(random, size), size) ?? 0);
}

describe('expectedEntropy', () => {
  test('is the mean plug-in entropy of n draws (numbers by scipy.stats.binom)', () => {
    const distribution = Float64Array.of(0.5, 0.3, 0.15, 0.05);
    expect(expectedEntropy(distribution, 2)).toBeCloseTo(0.44014845965556537, 12);
    expect(expectedEntropy(distribution, 10)).toBeCloseTo(0.9767630082251683, 12);
    expect(expectedEntropy(distribution, 100)).toBeCloseTo(1.1267948600283928, 12);
  });

  test('goes to the entropy itself for many draws', () => {
    const distribution = Float64Array.of(0.5, 0.3, 0.15, 0.05);
    expect(expectedEntropy(distribution, 1_000_000)).toBeCloseTo(pluginEntropy([50, 30, 15, 5]), 5);
  });
});

describe('nullEntropy', () => {
  test.each([
    [7, 1.92],
    [14, 2.22],
    [28, 2.67],
    [56, 3.14],
    [112, 2.94],
  ])('is what 100 births of noise have at N = %i', (size, entropy) => {
    expect(nullEntropy(size, 100)).toBeCloseTo(entropy, 1.7);
  });

  test('matches the mean entropy of samples of real Gaussian maps under the published threshold', () => {
    const births = simulatedBirths(28, 5000).filter((rank) => rank >= 2 && rank <= 51);
    const entropies: number[] = [];
    for (let at = 0; at + 50 <= births.length; at += 50) {
      const counts = new Map<number, number>();
      for (const rank of births.slice(at, at + 50)) counts.set(rank, (counts.get(rank) ?? 0) + 1);
      entropies.push(pluginEntropy([...counts.values()]));
    }
    const mean = entropies.reduce((sum, entropy) => sum + entropy) / entropies.length;
    expect(Math.abs(mean - nullEntropy(28, 50))).toBeLessThan(0.04);
  });

  test('follows the threshold', () => {
    expect(nullEntropy(112, 100, { threshold: 1000 })).toBeGreaterThan(nullEntropy(112, 100) + 0.4);
  });

  test('is 0 where there is nothing to be uncertain about', () => {
    expect(nullEntropy(14, 0)).toBe(0);
    expect(nullEntropy(14, 1)).toBe(0);
    expect(nullEntropy(3, 100)).toBe(0);
    expect(nullEntropy(14, 100, { threshold: 2 })).toBe(0);
  });

  test('resolves births far too rare to be seen', () => {
    expect(nullEntropy(512, 100)).toBeGreaterThan(2.9);
    expect(nullEntropy(512, 100)).toBeLessThan(3.2);
  });

  test('refuses what is no map size or no count', () => {
    expect(() => nullEntropy(0, 1)).toThrow(NullEntropyError);
    expect(() => nullEntropy(513, 1)).toThrow('from 1 to 512');
    expect(() => nullEntropy(14, -1)).toThrow('births');
    expect(() => nullEntropy(14, 1.5)).toThrow('births');
  });
});
