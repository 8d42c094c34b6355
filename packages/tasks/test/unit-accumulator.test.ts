import { describe, expect, it } from 'vitest';
import { UnitAccumulator } from '../src/run/unit-accumulator.js';

/** Adds maps of one value each: [unit, birth rank, sum, zeros]. */
function gather(rows: readonly (readonly [number, number, number, number])[], size: number): UnitAccumulator {
  const units = new UnitAccumulator(size);
  for (const [unit, birth, sum, zeros] of rows)
    units.add(1, Uint32Array.of(unit), Uint32Array.of(birth), Float64Array.of(sum), Uint32Array.of(zeros));
  return units;
}

describe('UnitAccumulator', () => {
  it('gives units in ascending order, whatever order they came in', () => {
    const units = gather(
      [
        [7, 3, 1, 0],
        [0, 3, 1, 0],
        [4_294_967_295, 0, 1, 0],
      ],
      4,
    );
    expect([...units.finish()].map(({ unit }) => unit)).toEqual([0, 7, 4_294_967_295]);
  });

  it('counts births by rank, early and late ones, and none as none', () => {
    const births = [5, 0, 128, 129, 5, 3000, 129, 0];
    // Of 21 edges, and of more than 3000: what is counted apart is the same.
    for (const size of [7, 112]) {
      const [unit] = gather(
        births.map((birth) => [2, birth, 0, 0] as const),
        size,
      ).finish();
      expect(unit?.images).toBe(8);
      expect([...(unit?.histogram.ranks ?? [])]).toEqual([5, 128, 129, 3000]);
      expect([...(unit?.histogram.counts ?? [])]).toEqual([2, 1, 2, 1]);
    }
  });

  it('adds sums and zeros up, and means over all values of all maps', () => {
    const [unit] = gather(
      [
        [0, 2, 8, 1],
        [0, 2, 4, 3],
      ],
      2,
    ).finish();
    expect(unit).toMatchObject({ activationMean: 12 / 8, zeros: 4 });
  });

  it('grows over many units without mixing them', () => {
    const units = gather(
      Array.from({ length: 1000 }, (_, i) => [999 - i, 2 + (i % 200), i, i] as const),
      14,
    );
    for (const { unit, zeros, histogram } of units.finish()) {
      expect(zeros).toBe(999 - unit);
      expect([...histogram.ranks]).toEqual([2 + ((999 - unit) % 200)]);
    }
  });

  it('takes whole images as it takes their rows', () => {
    const [images, units] = [150, 7];
    const rows = images * units;
    const births = Uint32Array.from({ length: rows }, (_, i) => (i * i * 31) % 190);
    const sums = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
    const zeros = Uint32Array.from({ length: rows }, (_, i) => i % 5);
    const [whole, single, mixed] = [1, 2, 3].map(() => new UnitAccumulator(14)) as [
      UnitAccumulator,
      UnitAccumulator,
      UnitAccumulator,
    ];
    const unitOf = Uint32Array.from({ length: rows }, (_, i) => i % units);
    single.add(rows, unitOf, births, sums, zeros);
    for (let at = 0, count = 1; at < images; at += count, count = Math.min(3, images - at)) {
      const part = <T extends Uint32Array | Float64Array>(all: T): T =>
        all.slice(at * units, (at + count) * units) as T;
      expect(whole.addImages(count, units, part(births), part(sums), part(zeros))).toBe(true);
      if (at % 2 === 0)
        expect(mixed.addImages(count, units, part(births), part(sums), part(zeros))).toBe(true);
      else mixed.add(count * units, part(unitOf), part(births), part(sums), part(zeros));
    }
    expect([...whole.finish()]).toEqual([...single.finish()]);
    expect([...mixed.finish()]).toEqual([...single.finish()]);
  });

  it('leaves whole images of other units than came before to the rows', () => {
    const units = gather([[3, 1, 0, 0]], 4);
    const one = [Uint32Array.of(1), Float64Array.of(0), Uint32Array.of(0)] as const;
    expect(units.addImages(1, 1, ...one)).toBe(false);
    expect([...units.finish()].map(({ unit }) => unit)).toEqual([3]);
  });
});
