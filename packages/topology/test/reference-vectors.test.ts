import { describe, expect, test } from 'vitest';
import { bettiCurves } from '../src/betti-curves.ts';
import { birthRank } from '../src/birth-kernel.ts';
import { birthRankReference } from '../src/birth-reference.ts';
import { publishedIndex, readBirthVectors } from './reference-vectors.ts';

const vectors = readBirthVectors();

describe('the 474 maps that the authors’ program was run on', () => {
  test('are all there', () => {
    expect(vectors).toHaveLength(474);
  });

  test.each([
    ['kernel', birthRank],
    ['reference', birthRankReference],
  ])('have the published birth and the uncut one by the %s', (_name, implementation) => {
    for (const { map, n, birth, beta1Changes } of vectors) {
      const rank = implementation(map, n);
      expect(publishedIndex(rank)).toBe(birth);
      expect(rank === null ? undefined : rank - 1).toBe(beta1Changes[0]?.[0]);
    }
  });

  test('have the β1 curve to the density cut, and its length', () => {
    for (const { map, n, length, beta1Changes } of vectors) {
      const { ranks, beta1 } = bettiCurves(map, n);
      expect(ranks).toBe(length);
      expect(beta1).toHaveLength(length);
      const changes: (readonly [number, number])[] = [];
      beta1.forEach((value, at) => {
        if (value !== (beta1[at - 1] ?? 0)) changes.push([at, value]);
      });
      expect(changes).toEqual(beta1Changes);
    }
  });
});
