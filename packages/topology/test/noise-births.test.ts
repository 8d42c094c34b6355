import { Random } from '@unitscope/base';
import { describe, expect, test } from 'vitest';
import { birthRank } from '../src/birth-kernel.ts';
import { rankLimit } from '../src/density.ts';
import { MapSizeError } from '../src/map-errors.ts';
import { noiseBirths, simulatedNoiseBirths } from '../src/noise-births.ts';
import { NOISE_TABLE } from '../src/noise-table.ts';
import { exactNoiseBirths } from './exact-noise-births.ts';
import { noiseBirthsReference } from './noise-births-reference.ts';

/** Independent standard normal values (Box and Muller). */
function gaussianMap(random: Random, size: number): Float32Array {
  return Float32Array.from({ length: size * size }, () => {
    const radius = Math.sqrt(-2 * Math.log((random.next() + 1) / 2 ** 32));
    return radius * Math.cos((2 * Math.PI * random.next()) / 2 ** 32);
  });
}

describe('noiseBirths', () => {
  test.each([5, 7, 14, 28])('agrees with the births of real Gaussian maps of size %i', (size) => {
    const maps = 10_000;
    const random = new Random(size);
    const births = Array.from({ length: maps }, () => birthRank(gaussianMap(random, size), size) ?? 0);
    const maxRank = Math.min(60, rankLimit(size, 0.8));
    const probabilities = noiseBirths(size, maxRank);
    let below = 0;
    let expected = 0;
    let largest = 0;
    for (let rank = 1; rank <= maxRank; rank++) {
      below += births.filter((birth) => birth === rank).length / maps;
      expected += probabilities[rank]!;
      largest = Math.max(largest, Math.abs(below - expected));
    }
    // Kolmogorov and Smirnov: 1.95 / √n is passed once in a thousand.
    expect(largest).toBeLessThan(1.95 / Math.sqrt(maps));
  });

  test.each([4, 5, 6])('is close to what the recursion over all graphs of %i vertices gives', (size) => {
    const maxRank = (size * (size - 1)) / 2;
    const exact = exactNoiseBirths(size, maxRank);
    const found = noiseBirths(size, maxRank);
    for (let rank = 1; rank <= maxRank; rank++)
      expect(Math.abs(found[rank]! - exact[rank]!), `rank ${rank}`).toBeLessThan(0.002);
    expect(exact.reduce((sum, probability) => sum + probability)).toBeGreaterThan(0.199);
  });

  test('is exact by hand on four vertices: one of 3 cycles of C(6, 4) = 15 sets of edges', () => {
    const exact = exactNoiseBirths(4, 6);
    expect(exact[4]).toBeCloseTo(3 / 15, 12);
    for (const rank of [1, 2, 3, 5, 6]) expect(exact[rank]).toBe(0);
  });

  test.each([1, 2, 5, 14, 31, 112])('is that of the plain reference, to the bit: size %i', (size) => {
    const maxRank = Math.min(80, (size * (size - 1)) / 2);
    expect(noiseBirths(size, maxRank, 100)).toEqual(noiseBirthsReference(size, maxRank, 100));
  });

  test.each([4, 7, 14, 56, 224])(
    'has in its table what following the graphs gives, to the bit: size %i',
    (size) => {
      const maxRank = Math.min(51, rankLimit(size, 1));
      expect(NOISE_TABLE[size]).toBeDefined();
      expect(noiseBirths(size, maxRank)).toEqual(simulatedNoiseBirths(size, maxRank));
      expect(noiseBirths(size, 3)).toEqual(simulatedNoiseBirths(size, 3));
    },
  );

  test('does not depend on how far it is asked', () => {
    expect(noiseBirths(14, 20)).toEqual(noiseBirths(14, 51).subarray(0, 21));
  });

  test('takes the largest maps, to their last rank, and refuses others', () => {
    expect(noiseBirths(512, 130_816, 2)).toHaveLength(130_817);
    for (const size of [0, 513, 7.5]) expect(() => noiseBirths(size, 1)).toThrow(MapSizeError);
  });
});
