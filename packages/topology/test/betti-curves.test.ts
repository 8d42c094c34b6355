import { expect, test } from 'vitest';
import { bettiCurves } from '../src/betti-curves.ts';
import { birthRankReference } from '../src/birth-reference.ts';
import { MapNotFiniteError } from '../src/map-errors.ts';
import { hasHole } from '../src/rank-cocycles.ts';
import { kinds, seeded } from './random-maps.ts';

test('a square of distinct sides that a diagonal fills', () => {
  const square = Float32Array.of(0, 9, 1, 8, 0, 0, 7, 2, 0, 0, 0, 6, 0, 0, 0, 0);
  const { ranks, beta0, beta1, edges, weights } = bettiCurves(square, 4);
  expect(ranks).toBe(5);
  expect([...beta0]).toEqual([3, 2, 1, 1, 1]);
  expect([...beta1]).toEqual([0, 0, 0, 1, 0]);
  expect([...edges]).toEqual([1, 2, 3, 4, 5]);
  expect([...weights]).toEqual([9, 8, 7, 6, 2]);
});

test('past the last distinct weight the curves stay as they are', () => {
  const { ranks, beta0, beta1, edges, weights } = bettiCurves(new Float32Array(25), 5);
  expect(ranks).toBe(8);
  expect([...beta0]).toEqual(Array(8).fill(1));
  expect([...beta1]).toEqual(Array(8).fill(0));
  expect([...edges]).toEqual(Array(8).fill(10));
  expect([...weights]).toEqual([0, ...Array<number>(7).fill(NaN)]);
});

test.each(Object.entries(kinds))(
  'β1 becomes positive at the birth of the reference: %s',
  (_kind, generate) => {
    const random = seeded(4);
    for (let round = 0; round < 60; round++) {
      const size = 1 + Math.floor(16 * random());
      const map = generate(size, random);
      const { beta1 } = bettiCurves(map, size);
      const birth = birthRankReference(map, size);
      expect(beta1.findIndex((holes) => holes > 0)).toBe(birth === null ? -1 : birth - 1);
      if (birth === null) continue;
      expect(hasHole(map, size, birth)).toBe(true);
      for (let rank = 1; rank < birth; rank++) expect(hasHole(map, size, rank)).toBe(false);
    }
  },
);

test('maps without edges have empty curves', () => {
  expect(bettiCurves(Float32Array.of(3), 1).ranks).toBe(0);
});

test('a NaN is refused', () => {
  expect(() => bettiCurves(new Float32Array(16).fill(NaN), 4)).toThrow(MapNotFiniteError);
});
