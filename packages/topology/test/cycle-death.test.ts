import { describe, expect, test } from 'vitest';
import { birthCycle } from '../src/birth-cycle.ts';
import { cycleDeath } from '../src/cycle-death.ts';
import { filtration } from '../src/filtration.ts';
import { BoundarySpace } from './boundary-space.ts';
import { kinds, seeded } from './random-maps.ts';

describe('the death of the cycle at birth', () => {
  test.each(Object.entries(kinds))(
    'is the first rank at whose end it is a sum of triangles: %s',
    (kind, generate) => {
      const random = seeded(21);
      let filled = 0;
      for (let round = 0; round < 40; round++) {
        const size = 4 + Math.floor(9 * random());
        const density = random() < 0.7 ? 0.8 : 1 - random();
        const map = generate(size, random);
        const cycle = birthCycle(map, size, { density });
        if (cycle === null) continue;
        const { tails, heads, ranks } = filtration(map, size, { density });
        const isFilledAt = (rank: number): boolean => {
          const end = ranks.findLastIndex((at) => at <= rank) + 1;
          const graph = { tails: tails.subarray(0, end), heads: heads.subarray(0, end) };
          return new BoundarySpace(size, graph).contains(cycle.vertices);
        };
        const death = cycleDeath(map, size, cycle, { density });
        const last = ranks.at(-1) ?? 0;
        const expected =
          Array.from({ length: last + 1 - cycle.rank }, (_, i) => cycle.rank + i).find(isFilledAt) ?? null;
        expect(death?.rank ?? null).toBe(expected);
        if (death === null) continue;
        filled++;
        expect(death.edges).toEqual(
          [...ranks.keys()]
            .filter((at) => ranks[at] === death.rank)
            .map((at) => ({ tail: tails[at], head: heads[at] })),
        );
      }
      expect(filled > 0).toBe(!['constant', 'all zero', 'one hot'].includes(kind));
    },
  );

  test('is by its chord, and there is none before the cut', () => {
    const square = Float32Array.of(0, 9, 1, 8, 0, 0, 7, 2, 0, 0, 0, 6, 0, 0, 0, 0);
    const cycle = birthCycle(square, 4, { density: 1 })!;
    expect(cycleDeath(square, 4, cycle, { density: 1 })).toEqual({ rank: 5, edges: [{ tail: 1, head: 3 }] });
    expect(cycleDeath(square, 4, cycle, { density: 4 / 6 })).toBeNull();
  });

  test('of a ring of five is by the second chord', () => {
    const map = new Float32Array(25);
    [[0, 1], [1, 2], [2, 3], [3, 4], [0, 4], [0, 2], [0, 3]].forEach(([row = 0, column = 0], i) => (map[5 * row + column] = 20 - i)); // prettier-ignore
    const cycle = birthCycle(map, 5, { density: 1 })!;
    expect(cycleDeath(map, 5, cycle, { density: 1 })).toEqual({ rank: 7, edges: [{ tail: 0, head: 3 }] });
  });
});
