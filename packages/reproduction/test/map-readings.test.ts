import { Random } from '@unitscope/base';
import { birthRank } from '@unitscope/topology';
import { describe, expect, it, test } from 'vitest';
import { cubicalBirth } from '../src/measures/cubical-birth.ts';
import { constructMeasures } from '../src/measures/construct-measures.ts';
import { variantPlaces, VARIANTS, type Variant } from '../src/measures/map-variants.ts';
import { READINGS, type Reading, type UnitReadings } from '../src/measures/variant-births.ts';

function randomMap(random: Random, size: number, values: number): Float32Array {
  return Float32Array.from({ length: size * size }, () => random.below(values));
}

function read(map: Float32Array, variant: Variant, size: number): Float32Array {
  return Float32Array.from(variantPlaces(variant, size), (place) => map[place]!);
}

describe('a birth', () => {
  const random = new Random(3);
  const maps = Array.from({ length: 300 }, (_, i) => ({
    size: 4 + (i % 12),
    values: i % 3 === 0 ? 4 : 2 ** 20,
  })).map(({ size, values }) => ({ size, map: randomMap(random, size, values) }));

  test.each(['transposed', 'turned'] as const)('is that of the %s map, ties included', (variant) => {
    for (const { size, map } of maps)
      expect(birthRank(read(map, variant, size), size)).toBe(birthRank(map, size));
  });

  test.each(['mirrored', 'scrambled'] as const)('is mostly not that of the %s map', (variant) => {
    const same = maps.filter(
      ({ size, map }) => birthRank(read(map, variant, size), size) === birthRank(map, size),
    );
    expect(same.length).toBeLessThan(maps.length / 2);
  });

  it('sees each pixel once in every variant, and one scrambling for all maps', () => {
    for (const variant of VARIANTS)
      expect([...variantPlaces(variant, 7)].sort((a, b) => a - b)).toEqual([...Array(49).keys()]);
    expect(variantPlaces('scrambled', 14)).toEqual(variantPlaces('scrambled', 14));
    expect(variantPlaces('mirrored', 2)).toEqual(Uint32Array.of(1, 0, 3, 2));
  });
});

describe('a cubical birth', () => {
  it('is the rank at which pixels enclose a hole, corners touching', () => {
    const ring = Float32Array.of(0, 5, 0, 5, 1, 5, 0, 5, 0);
    expect(cubicalBirth(ring, 3)).toBe(1);
    const late = Float32Array.of(0, 5, 0, 5, 1, 5, 0, 3, 0);
    expect(cubicalBirth(late, 3)).toBe(2);
    expect(cubicalBirth(Float32Array.of(0, 5, 0, 5, 6, 5, 0, 5, 0), 3)).toBe(0);
    expect(cubicalBirth(new Float32Array(16), 4)).toBe(0);
  });

  it('does not change in a mirror, nor by turning', () => {
    const random = new Random(5);
    for (let i = 0; i < 200; i++) {
      const size = 3 + (i % 9);
      const map = randomMap(random, size, i % 2 === 0 ? 5 : 1000);
      for (const variant of ['transposed', 'turned', 'mirrored'] as const)
        expect(cubicalBirth(read(map, variant, size), size)).toBe(cubicalBirth(map, size));
    }
  });
});

describe('the measures of a layer', () => {
  /** Units whose ranks spread over `spread` values, by chance. */
  function unit(random: Random, spread: number): UnitReadings {
    const ranks = Object.fromEntries(
      READINGS.map((reading) => [reading, Uint32Array.from({ length: 200 }, () => 4 + random.below(spread))]),
    ) as Record<Reading, Uint32Array>;
    return { mapSize: 14, ranks: { ...ranks, transposed: ranks['as it is'] } };
  }

  it('tell equal births, how readings agree, and how halves do', () => {
    const random = new Random(7);
    const units = Array.from({ length: 40 }, (_, i) => unit(random, 2 + (i % 20)));
    const found = constructMeasures([units.slice(0, 20), units.slice(20)]);
    expect(found.get('same birth, transposed')).toBe(1);
    expect(found.get('same birth, mirrored')).toBeLessThan(0.4);
    expect(found.get('r with H, transposed')).toBeCloseTo(1, 12);
    expect(found.get('r with H, mirrored')).toBeGreaterThan(0.95);
    expect(found.get('entropy, as it is')).toBe(found.get('entropy, transposed'));
    const [single, both] = ['as it is', 'mirror-averaged'].map((name) => found.get(`reliability, ${name}`)!);
    expect(single).toBeGreaterThan(0.9);
    expect(both).toBeGreaterThan(single!);
  });

  it('are not there where no unit has a birth', () => {
    const none = Object.fromEntries(READINGS.map((reading) => [reading, new Uint32Array(10)]));
    const found = constructMeasures([[{ mapSize: 14, ranks: none as Record<Reading, Uint32Array> }]]);
    expect(found.get('entropy, as it is')).toBeNaN();
    expect(found.get('reliability, as it is')).toBeNaN();
  });
});
