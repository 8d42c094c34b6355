import { describe, expect, it } from 'vitest';
import { UnitAccumulator } from '../src/run/unit-accumulator.js';

/** Adds maps of one value each: [unit, birth rank, sum, zeros]. */
function gather(rows: readonly (readonly [number, number, number, number])[]): UnitAccumulator {
  const units = new UnitAccumulator();
  for (const [unit, birth, sum, zeros] of rows)
    units.add(1, Uint32Array.of(unit), Uint32Array.of(birth), Float64Array.of(sum), Uint32Array.of(zeros));
  return units;
}

describe('UnitAccumulator', () => {
  it('gives units in ascending order, whatever order they came in', () => {
    const units = gather([
      [7, 3, 1, 0],
      [0, 3, 1, 0],
      [4_294_967_295, 0, 1, 0],
    ]);
    expect([...units.finish(1)].map(({ unit }) => unit)).toEqual([0, 7, 4_294_967_295]);
  });

  it('counts births by rank, early and late ones, and none as none', () => {
    const births = [5, 0, 128, 129, 5, 3000, 129, 0];
    const [unit] = gather(births.map((birth) => [2, birth, 0, 0] as const)).finish(14);
    expect(unit?.images).toBe(8);
    expect([...(unit?.histogram.ranks ?? [])]).toEqual([5, 128, 129, 3000]);
    expect([...(unit?.histogram.counts ?? [])]).toEqual([2, 1, 2, 1]);
  });

  it('adds sums and zeros up, and means over all values of all maps', () => {
    const [unit] = gather([
      [0, 2, 8, 1],
      [0, 2, 4, 3],
    ]).finish(2);
    expect(unit).toMatchObject({ activationMean: 12 / 8, zeros: 4 });
  });

  it('grows over many units without mixing them', () => {
    const units = gather(Array.from({ length: 1000 }, (_, i) => [999 - i, 2 + (i % 200), i, i] as const));
    for (const { unit, zeros, histogram } of units.finish(1)) {
      expect(zeros).toBe(999 - unit);
      expect([...histogram.ranks]).toEqual([2 + ((999 - unit) % 200)]);
    }
  });
});
