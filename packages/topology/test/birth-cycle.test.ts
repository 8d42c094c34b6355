import { describe, expect, test } from 'vitest';
import { bettiCurves } from '../src/betti-curves.ts';
import { type BirthCycle, birthCycle } from '../src/birth-cycle.ts';
import { birthRank } from '../src/birth-kernel.ts';
import { birthRankReference } from '../src/birth-reference.ts';
import { DensityError, MapNotFiniteError, MapSizeError } from '../src/map-errors.ts';
import { BoundarySpace } from './boundary-space.ts';
import { kinds, seeded } from './random-maps.ts';
import { readBirthVectors } from './reference-vectors.ts';

/** Everything that a cycle promises, told from the map alone; throws where it does not hold. */
function requireOpenCycle(map: Float32Array, size: number, cycle: BirthCycle): void {
  const { rank, weight, vertices, edges, graph } = cycle;
  expect(vertices.length).toBeGreaterThanOrEqual(4);
  expect(edges).toHaveLength(vertices.length);
  expect(new Set(vertices).size).toBe(vertices.length);
  expect(edges[0]!.rank).toBe(rank);
  for (const [i, edge] of edges.entries()) {
    const ends = [vertices[i]!, vertices[(i + 1) % vertices.length]!];
    expect([edge.row, edge.column].sort()).toEqual(ends.sort());
    expect(map[edge.row * size + edge.column]! + 0).toBe(edge.weight);
    expect(map[edge.column * size + edge.row]!).toBeLessThanOrEqual(edge.weight);
    expect(edge.rank).toBeLessThanOrEqual(rank);
    expect(edge.weight).toBeGreaterThanOrEqual(weight);
  }
  // The graph is every pair of the birth's weight or more.
  let pairs = 0;
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      pairs += Number(Math.max(map[i * size + j]!, map[j * size + i]!) >= weight);
    }
  }
  expect(graph.tails).toHaveLength(pairs);
  expect(Math.min(...graph.weights)).toBe(weight);
  expect(Math.max(...graph.ranks)).toBe(rank);
}

describe('the cycle at birth', () => {
  test.each(Object.entries(kinds))(
    'is closed, of edges that have entered, and no boundary: %s',
    (kind, generate) => {
      const random = seeded(11);
      let births = 0;
      for (let round = 0; round < 60; round++) {
        const size = 1 + Math.floor(15 * random());
        const density = random() < 0.7 ? 0.8 : 1 - random();
        const map = generate(size, random);
        const cycle = birthCycle(map, size, { density });
        expect(cycle?.rank ?? null).toBe(birthRankReference(map, size, { density }));
        if (cycle === null) continue;
        births++;
        requireOpenCycle(map, size, cycle);
        const boundaries = new BoundarySpace(size, cycle.graph);
        expect(boundaries.contains(cycle.vertices)).toBe(false);
        expect(cycle.holes).toBe(bettiCurves(map, size, { density }).beta1[cycle.rank - 1]);
      }
      const never = ['constant', 'all zero', 'one hot'].includes(kind);
      expect(births > 0).toBe(!never);
    },
  );

  test('has no shorter one beside it that is open', () => {
    // Nearness of points on a circle, in steps: the hole is the circle, with many filled cycles beside it.
    const random = seeded(12);
    let compared = 0;
    for (let round = 0; round < 400; round++) {
      const size = 8 + Math.floor(6 * random());
      const angles = Array.from({ length: size }, (_, i) => (i + random()) / size);
      const steps = round % 2 === 0 ? 16 : 2 ** 20;
      const map = new Float32Array(size * size).map((_, at) => {
        const apart = Math.abs(angles[Math.floor(at / size)]! - angles[at % size]!);
        return -Math.ceil(steps * Math.min(apart, 1 - apart));
      });
      const cycle = birthCycle(map, size, { density: 1 });
      if (cycle === null) continue;
      const boundaries = new BoundarySpace(size, cycle.graph);
      for (const shorter of simpleCycles(size, boundaries, cycle.vertices.length - 1)) {
        compared++;
        expect(boundaries.contains(shorter)).toBe(true);
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  test('finds the short way round a triangulated torus, and the long way where the short one is filled', () => {
    const around = (rows: number, columns: number, filled: boolean): number => {
      const size = rows * columns + (filled ? 1 : 0);
      const map = new Float32Array(size * size).fill(-1);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const at = row * columns + column;
          for (const [down, right] of [
            [0, 1],
            [1, 0],
            [1, 1],
          ] as const) {
            map[at * size + ((row + down) % rows) * columns + ((column + right) % columns)] = 1; // prettier-ignore
          }
          // A cone over one short circle fills it.
          if (filled && column === 0) map[at * size + rows * columns] = 1;
        }
      }
      const cycle = birthCycle(map, size)!;
      expect(cycle.rank).toBe(1);
      expect(cycle.holes).toBe(filled ? 1 : 2);
      return cycle.vertices.length;
    };
    expect(around(5, 9, false)).toBe(5);
    expect(around(5, 9, true)).toBe(9);
  });

  test('finds one of many holes of one tie, more than the bits of a word', () => {
    // Circles of 5, 6, … edges, then one square: all enter at once.
    const lengths = [...Array.from({ length: 40 }, (_, i) => 5 + (i % 4)), 4, 7];
    const size = lengths.reduce((sum, length) => sum + length, 0);
    const map = new Float32Array(size * size);
    let from = 0;
    for (const length of lengths) {
      for (let i = 0; i < length; i++) map[(from + i) * size + from + ((i + 1) % length)] = 3;
      from += length;
    }
    const cycle = birthCycle(map, size)!;
    expect(cycle.holes).toBe(42);
    expect(cycle.vertices).toHaveLength(4);
    requireOpenCycle(map, size, cycle);
  });

  test('of the 474 maps of the authors’ program stands at the birth', () => {
    for (const { map, n, beta1Changes } of readBirthVectors()) {
      const cycle = birthCycle(map, n);
      expect(cycle === null ? undefined : cycle.rank - 1).toBe(beta1Changes[0]?.[0]);
      expect(cycle?.holes).toBe(beta1Changes[0]?.[1]);
      if (cycle !== null) requireOpenCycle(map, n, cycle);
    }
  });

  test('stands at the kernel’s birth also on large maps', () => {
    const random = seeded(13);
    for (const [kind, generate] of Object.entries(kinds)) {
      for (const size of [40, 56, 112]) {
        const map = generate(size, random);
        const cycle = birthCycle(map, size);
        expect(cycle?.rank ?? null, `${kind}, ${size}`).toBe(birthRank(map, size));
      }
    }
  });

  test('is the square that the last side closes', () => {
    const square = Float32Array.of(0, 9, 1, 8, 0, 0, 7, 2, 0, 0, 0, 6, 0, 0, 0, 0);
    expect(birthCycle(square, 4, { density: 4 / 6 })).toMatchObject({
      rank: 4,
      weight: 6,
      holes: 1,
      vertices: [3, 2, 1, 0],
      edges: [
        { row: 2, column: 3, weight: 6, rank: 4 },
        { row: 1, column: 2, weight: 7, rank: 3 },
        { row: 0, column: 1, weight: 9, rank: 1 },
        { row: 0, column: 3, weight: 8, rank: 2 },
      ],
    });
    expect(birthCycle(square, 4, { density: 3 / 6 })).toBeNull();
  });

  test('of what is no map or no density is refused', () => {
    expect(() => birthCycle(new Float32Array(15), 4)).toThrow(MapSizeError);
    expect(() => birthCycle(new Float32Array(16).fill(NaN), 4)).toThrow(MapNotFiniteError);
    expect(() => birthCycle(new Float32Array(16), 4, { density: 0 })).toThrow(DensityError);
    expect(birthCycle(Float32Array.of(1), 1)).toBeNull();
  });
});

/** All simple cycles of 4 to `longest` vertices, each in one direction from its smallest vertex. */
function* simpleCycles(size: number, graph: BoundarySpace, longest: number): Generator<number[]> {
  function* extend(path: number[]): Generator<number[]> {
    const [first, last] = [path[0]!, path.at(-1)!];
    if (path.length >= 4 && graph.hasEdge(first, last) && path[1]! < last) yield path;
    if (path.length >= longest) return;
    for (let next = first + 1; next < size; next++) {
      if (graph.hasEdge(last, next) && !path.includes(next)) yield* extend([...path, next]);
    }
  }
  for (let first = 0; first < size; first++) yield* extend([first]);
}
