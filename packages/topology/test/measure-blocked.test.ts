import { expect, test } from 'vitest';
import { BirthKernel, nothingLearnt } from '../src/birth-kernel.ts';
import { birthRankReference } from '../src/birth-reference.ts';
import { scratchFloats } from '../src/map-blocks.ts';
import { MapNotFiniteError, MapSizeError } from '../src/map-errors.ts';
import { mapSum } from '../src/map-sum.ts';
import { kinds, seeded, type Random } from './random-maps.ts';

/** [image][unit][pixel] as [image][block][pixel][channel]; channels that fill up are NaN: nothing may read them. */
function inBlocks(maps: Float32Array, pixels: number, units: number, block: number): Float32Array {
  const groups = Math.ceil(units / block);
  const images = maps.length / (units * pixels);
  const blocked = new Float32Array(images * groups * block * pixels).fill(NaN);
  for (let at = 0; at < maps.length; at++) {
    const [map, pixel] = [Math.floor(at / pixels), at % pixels];
    const [image, unit] = [Math.floor(map / units), map % units];
    const group = image * groups + Math.floor(unit / block);
    blocked[(group * pixels + pixel) * block + (unit % block)] = maps[at]!;
  }
  return blocked;
}

function measures(count: number) {
  return {
    birthRanks: new Uint32Array(count),
    sums: new Float64Array(count),
    zeros: new Uint32Array(count),
  };
}

function mixed(size: number, count: number, random: Random): Float32Array {
  const makes = Object.values(kinds);
  const maps = new Float32Array(count * size * size);
  for (let map = 0; map < count; map++) maps.set(makes[map % makes.length]!(size, random), map * size * size);
  return maps;
}

test.each([4, 8, 16])('maps in blocks of %i channels give what they give one after another', (block) => {
  const random = seeded(block);
  const [plain, here, elsewhere] = [new BirthKernel(), new BirthKernel(), new BirthKernel()];
  for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 16, 17, 20, 28, 33, 56, 64, 65, 112]) {
    const units = size > 30 ? 21 : 1 + Math.floor(60 * random());
    const images = size > 30 ? 1 : 1 + Math.floor(4 * random());
    const maps = mixed(size, images * units, random);
    const [expected, found, copied] = [1, 2, 3].map(() => measures(images * units));
    plain.measure(maps, size, expected!);
    const blocked = inBlocks(maps, size * size, units, block);
    const place = here.reserve(blocked.length, scratchFloats(size, block));
    place.set(blocked);
    const learnt = nothingLearnt();
    here.measureBlocked(place, size, { units, block }, found!, 0, learnt);
    elsewhere.measureBlocked(blocked, size, { units, block }, copied!);
    expect([size, found]).toEqual([size, expected]);
    expect([size, copied]).toEqual([size, expected]);
  }
});

test.each(Object.entries(kinds))(
  'blocks equal the reference, small and larger than 16: %s',
  (kind, generate) => {
    const random = seeded(kind.length);
    for (const size of [4, 5, 6, 7, 8, 9, 12, 13, 14, 16, 17, 19, 21, 24, 33]) {
      const [units, block] = [size > 16 ? 5 + Math.floor(8 * random()) : 203, random() < 0.5 ? 8 : 16];
      const density = random() < 0.5 ? 0.8 : 1 - random();
      const all = new Float32Array(units * size * size);
      for (let at = 0; at < all.length; at += size * size) all.set(generate(size, random), at);
      const found = measures(units);
      new BirthKernel({ density }).measureBlocked(
        inBlocks(all, size * size, units, block),
        size,
        { units, block },
        found,
      );
      const expected = measures(units);
      for (let unit = 0; unit < units; unit++) {
        const map = all.subarray(unit * size * size, (unit + 1) * size * size);
        expected.birthRanks[unit] = birthRankReference(map, size, { density }) ?? 0;
        expected.sums[unit] = mapSum(map);
        expected.zeros[unit] = map.filter((value) => value === 0).length;
      }
      expect([size, found]).toEqual([size, expected]);
    }
  },
);

test.each(['pathLanes', 'eightLanes', 'levelOrder', 'blockWeights', 'touch'] as const)(
  'births, sums and zeros stay without %s',
  (name) => {
    const random = seeded(11);
    for (const size of [4, 5, 6, 7, 8, 9, 10, 11, 14, 16, 17, 28, 45, 57]) {
      const units = 77;
      const maps = inBlocks(mixed(size, units, random), size * size, units, 16);
      const [expected, found] = [measures(units), measures(units)];
      new BirthKernel().measureBlocked(maps, size, { units, block: 16 }, expected);
      new BirthKernel({ without: [name] }).measureBlocked(maps, size, { units, block: 16 }, found);
      expect([size, found]).toEqual([size, expected]);
    }
  },
);

test('a layer of more maps than one call takes, and results at an offset', () => {
  const [size, units, images] = [5, 3001, 3];
  const maps = mixed(size, units * images, seeded(2));
  const [expected, found] = [measures(units * images + 2), measures(units * images + 2)];
  new BirthKernel().measure(maps, size, expected, 2);
  new BirthKernel().measureBlocked(
    inBlocks(maps, size * size, units, 16),
    size,
    { units, block: 16 },
    found,
    2,
  );
  expect(found).toEqual(expected);
});

test.each([7, 14, 28, 61])('a number that is not finite is named by image and unit: N = %i', (size) => {
  const units = 19;
  const maps = mixed(size, units * 3, seeded(4));
  maps[(2 * units + 17) * size * size + 5 * size + 3] = -Infinity;
  const kernel = new BirthKernel();
  const blocked = inBlocks(maps, size * size, units, 16);
  const place = kernel.reserve(blocked.length, scratchFloats(size, 16));
  place.set(blocked);
  for (const given of [place, blocked]) {
    const attempt = (): void => {
      kernel.measureBlocked(given, size, { units, block: 16 }, measures(units * 3));
    };
    expect(attempt).toThrow(MapNotFiniteError);
    expect(attempt).toThrow(
      expect.objectContaining({ index: 2 * units + 17, row: 5, column: 3, value: -Infinity }),
    );
  }
});

test('a tie that the kernel hands back is decided in blocks too', () => {
  // A triangulated torus at one level: without solveTies the kernel leaves it to the caller.
  const size = 45;
  const torus = new Float32Array(size * size).fill(-1);
  for (let row = 0; row < 5; row++)
    for (let column = 0; column < 9; column++)
      for (const [down, right] of [
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const)
        // prettier-ignore
        torus[(row * 9 + column) * size + ((row + down) % 5) * 9 + ((column + right) % 9)] = 1;
  const units = 6;
  const maps = new Float32Array(units * size * size);
  maps.set(torus, 2 * size * size);
  maps.set(torus, 5 * size * size);
  const [expected, found] = [measures(units), measures(units)];
  const without = { without: ['solveTies'] } as const;
  new BirthKernel().measure(maps, size, expected);
  new BirthKernel(without).measureBlocked(
    inBlocks(maps, size * size, units, 8),
    size,
    { units, block: 8 },
    found,
  );
  expect([...expected.birthRanks]).toEqual([0, 0, 1, 0, 0, 1]);
  expect(found).toEqual(expected);
});

test('small maps whose ties the kernel hands back are decided too, in blocks and one after another', () => {
  const units = 42;
  for (const size of [5, 7, 11, 14, 16]) {
    const maps = mixed(size, 3 * units, seeded(size));
    const [expected, plain, blocked] = [1, 2, 3].map(() => measures(3 * units));
    const without = { without: ['solveTies'] } as const;
    new BirthKernel().measure(maps, size, expected!);
    new BirthKernel(without).measure(maps, size, plain!);
    new BirthKernel(without).measureBlocked(
      inBlocks(maps, size * size, units, 8),
      size,
      { units, block: 8 },
      blocked!,
    );
    expect([size, plain]).toEqual([size, expected]);
    expect([size, blocked]).toEqual([size, expected]);
  }
});

test('what are no whole images is refused', () => {
  const kernel = new BirthKernel();
  const attempt = (floats: number, units: number, block: number) => (): void => {
    kernel.measureBlocked(new Float32Array(floats), 4, { units, block }, measures(100));
  };
  expect(attempt(16 * 24, 20, 16)).toThrow(MapSizeError);
  expect(attempt(16 * 32, 20, 6)).toThrow('multiple of 4');
  expect(attempt(16 * 32, 0, 16)).toThrow('whole number from 1');
  expect(attempt(16 * 16 * 20, 120, 8)).toThrow(MapSizeError);
  expect(attempt(16 * 120, 120, 8)).toThrow(RangeError);
});
