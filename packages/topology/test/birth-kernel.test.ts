import { describe, expect, test } from 'vitest';
import { BirthKernel, birthRank } from '../src/birth-kernel.ts';
import { birthRankReference } from '../src/birth-reference.ts';
import { mapSum } from '../src/map-sum.ts';
import { kinds, type Random, seeded } from './random-maps.ts';

/** Mostly the sizes of late layers, some up to 40, all remainders mod 4. */
function randomSize(random: Random): number {
  const most = random();
  return 1 + Math.floor(random() * (most < 0.01 ? 40 : most < 0.1 ? 20 : 11));
}

function randomDensity(random: Random): number {
  return random() < 0.7 ? 0.8 : 1 - random();
}

/** Measures equal maps as one block: births, sums and zeros of the kernel and of the reference. */
function expectEqual(maps: Float32Array[], size: number, density: number, context: string): void {
  const block = new Float32Array(maps.length * size * size);
  maps.forEach((map, index) => block.set(map, index * size * size));
  const out = {
    birthRanks: new Uint32Array(maps.length),
    sums: new Float64Array(maps.length),
    zeros: new Uint32Array(maps.length),
  };
  kernelOf(density).measure(block, size, out);
  maps.forEach((map, index) => {
    const expected = birthRankReference(map, size, { density }) ?? 0;
    const sum = mapSum(map);
    const zeros = map.reduce((count, value) => count + Number(value === 0), 0);
    // One comparison a map: expect() costs more than the births.
    if (out.birthRanks[index] !== expected || out.sums[index] !== sum || out.zeros[index] !== zeros) {
      expect({
        birth: out.birthRanks[index],
        sum: out.sums[index],
        zeros: out.zeros[index],
        context,
      }).toEqual({
        birth: expected,
        sum,
        zeros,
        context: `${context}, size ${size}, density ${density}, map ${index}: ${JSON.stringify([...map])}`,
      });
    }
  });
}

const standard = new BirthKernel();
function kernelOf(density: number): BirthKernel {
  return density === 0.8 ? standard : new BirthKernel({ density });
}

describe('the kernel equals the reference', () => {
  const perKind = Math.ceil(100_000 / Object.keys(kinds).length);

  test.each(Object.entries(kinds))('on its share of 100,000 maps: %s', (kind, generate) => {
    const random = seeded(perKind + kind.length);
    const block = 25;
    for (let done = 0; done < perKind; done += block) {
      const size = randomSize(random);
      const maps = Array.from({ length: block }, () => generate(size, random));
      expectEqual(maps, size, randomDensity(random), kind);
    }
    expect(perKind).toBeGreaterThanOrEqual(4000);
  });

  test.each(Object.entries(kinds))('on large maps: %s', (kind, generate) => {
    const random = seeded(99);
    for (const size of [56, 64, 65, 112, 113, 129]) {
      expectEqual([generate(size, random)], size, 0.8, kind);
    }
  });

  test('on maps of a dead unit, one after another, and one among them that is not zero', () => {
    const random = seeded(12);
    for (let size = 1; size <= 17; size++) {
      for (const lives of [[], [0], [5], [9, 22], [11, 12, 13, 30]]) {
        const maps = Array.from({ length: 37 }, () =>
          new Float32Array(size * size).map(() => (random() < 0.5 ? 0 : -0)),
        );
        // The last cell alone, which is no edge.
        for (const at of lives) maps[at]![size * size - 1] = 1;
        if (lives.length > 2) maps[lives[0]!]!.set(kinds['relu']!(size, random));
        expectEqual(maps, size, 0.8, `alive: ${lives.join()}`);
      }
    }
  });

  test('on every order of the edges of four vertices, ties included', () => {
    const maps = Array.from({ length: 6 ** 6 }, (_, order) => {
      const map = new Float32Array(16);
      const edges = [1, 2, 3, 6, 7, 11];
      for (const [edge, place] of edges.entries()) map[place] = (Math.floor(order / 6 ** edge) % 6) - 2;
      return map;
    });
    expectEqual(maps, 4, 1, 'orders');
  });

  test.each([5, 6, 7, 8])('on maps of %i rows with some ties', (size) => {
    const random = seeded(size);
    const maps = Array.from({ length: 5000 }, () => {
      const levels = 4 + Math.floor(100 * random());
      return new Float32Array(size * size).map(() => Math.floor(levels * random()) - levels / 4);
    });
    expectEqual(maps, size, 0.9, 'some ties');
  });

  test('on one map of the largest size', () => {
    expectEqual([kinds['gaussian']!(512, seeded(5))], 512, 0.8, 'gaussian');
  });
});

describe('the birth', () => {
  test('stays where it is when the vertices are permuted', () => {
    const random = seeded(1);
    for (const generate of Object.values(kinds)) {
      for (let round = 0; round < 20; round++) {
        const size = randomSize(random);
        const map = generate(size, random);
        const places = Array.from({ length: size }, (_, at) => ({ at, key: random() }))
          .sort((a, b) => a.key - b.key)
          .map(({ at }) => at);
        const permuted = map.map((_, at) => map[places[Math.floor(at / size)]! * size + places[at % size]!]!);
        expect(birthRank(permuted, size)).toBe(birthRank(map, size));
      }
    }
  });

  test('stays where it is under an order-preserving transform that keeps distinct values distinct', () => {
    const random = seeded(2);
    const transforms = [(x: number) => x / 1024, (x: number) => 8 * x, (x: number) => 3 * x - 700];
    let moved = 0;
    for (const kind of ['few levels', 'quarters', 'int8 noise', 'int8 blobs', 'negative levels']) {
      for (let round = 0; round < 40; round++) {
        const size = randomSize(random);
        const map = kinds[kind]!(size, random);
        for (const transform of transforms) {
          const changed = map.map(transform);
          if (new Set(changed).size !== new Set(map.map((value) => value + 0)).size) continue;
          expect(birthRank(changed, size)).toBe(birthRank(map, size));
          moved++;
        }
      }
    }
    expect(moved).toBeGreaterThan(500);
  });

  test('is the last rank that may enter, and none if that rank is cut off', () => {
    // Four vertices: a square whose sides come first.
    const square = Float32Array.of(0, 9, 1, 8, 0, 0, 7, 2, 0, 0, 0, 6, 0, 0, 0, 0);
    expect(birthRank(square, 4, { density: 4 / 6 })).toBe(4);
    expect(birthRank(square, 4, { density: 3 / 6 })).toBeNull();
  });

  test('may come far past rank 50', () => {
    // A clique enters vertex by vertex; the square that makes the hole comes after it.
    const size = 24;
    const map = new Float32Array(size * size);
    let weight = 1000;
    for (let head = 1; head < 20; head++) {
      for (let tail = 0; tail < head; tail++) map[tail * size + head] = weight--;
    }
    for (const [tail, head] of [[20, 21], [21, 22], [22, 23], [20, 23]] as const) map[tail * size + head] = weight--; // prettier-ignore
    expect(birthRank(map, size, { density: 1 })).toBe(194);
    expect(birthRankReference(map, size, { density: 1 })).toBe(194);
  });

  test('of one tie of many holes without a free edge is exact', () => {
    // A triangulated torus, whole (two holes) and with every seventh vertex removed (one more hole each).
    for (const [rows, columns, punctured] of [
      [12, 16, false],
      [5, 9, false],
      [14, 35, true],
    ] as const) {
      // prettier-ignore
      const size = rows * columns;
      const map = new Float32Array(size * size).fill(-1);
      const removed = (row: number, column: number) => punctured && (row + 2 * column) % 7 === 0;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          for (const [down, right] of [
            [0, 1],
            [1, 0],
            [1, 1],
          ] as const) {
            // prettier-ignore
            const otherRow = (row + down) % rows;
            const otherColumn = (column + right) % columns;
            if (removed(row, column) || removed(otherRow, otherColumn)) continue;
            map[(row * columns + column) * size + otherRow * columns + otherColumn] = 1;
          }
        }
      }
      expect(birthRank(map, size)).toBe(1);
    }
  });
});
