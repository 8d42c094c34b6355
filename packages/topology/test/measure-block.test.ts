import { expect, test } from 'vitest';
import { BirthKernel, birthRank, nothingLearnt } from '../src/birth-kernel.ts';
import { birthRankReference } from '../src/birth-reference.ts';
import { InputError } from '@unitscope/base';
import { DensityError, MapNotFiniteError, MapSizeError } from '../src/map-errors.ts';
import { type Optimisation, optimisationBits } from '../src/optimisation.ts';
import { kinds, seeded } from './random-maps.ts';

function block(size: number, count: number): Float32Array {
  const random = seeded(size);
  const maps = new Float32Array(count * size * size);
  for (let index = 0; index < count; index++) maps.set(kinds['relu']!(size, random), index * size * size);
  return maps;
}

function births(maps: Float32Array, size: number, kernel = new BirthKernel()): Uint32Array {
  const out = { birthRanks: new Uint32Array(maps.length / (size * size)) };
  kernel.measure(maps, size, out);
  return out.birthRanks;
}

test('a block of more maps than one call takes gives what the maps give one by one', () => {
  const maps = block(6, 9000);
  const together = births(maps, 6);
  for (let index = 0; index < 9000; index += 7) {
    expect(together[index]).toBe(birthRank(maps.subarray(index * 36, (index + 1) * 36), 6) ?? 0);
  }
});

test('maps in reserved memory are measured where they lie, also a part of them', () => {
  const kernel = new BirthKernel();
  const maps = block(14, 50);
  kernel.reserve(10);
  const reserved = kernel.reserve(maps.length);
  reserved.set(maps);
  expect(births(reserved, 14, kernel)).toEqual(births(maps, 14));
  expect(births(reserved.subarray(196 * 20), 14, kernel)).toEqual(births(maps.subarray(196 * 20), 14));
});

test('results go to the offset that the caller names', () => {
  const maps = block(8, 3);
  const out = {
    birthRanks: new Uint32Array(5).fill(77),
    sums: new Float64Array(5).fill(77),
    zeros: new Uint32Array(5).fill(77),
  };
  new BirthKernel().measure(maps, 8, out, 1);
  expect([...out.birthRanks.subarray(1, 4)]).toEqual([...births(maps, 8)]);
  for (const results of Object.values(out)) {
    expect([results[0], results[4]]).toEqual([77, 77]);
    expect(results[1]).not.toBe(77);
  }
});

test('sizes may change from call to call', () => {
  const kernel = new BirthKernel();
  for (const size of [14, 200, 3, 14, 90, 1, 28, 14]) {
    const maps = block(size, 2);
    const expected = [0, 1].map((index) =>
      birthRankReference(maps.subarray(index * size * size, (index + 1) * size * size), size),
    );
    expect([...births(maps, size, kernel)]).toEqual(expected.map((rank) => rank ?? 0));
  }
});

test('maps smaller than 4×4 are valid and have no birth', () => {
  for (const size of [1, 2, 3]) expect(birthRank(block(size, 1), size)).toBeNull();
});

test.each([NaN, Infinity, -Infinity])('a block with %s is refused and the place named', (value) => {
  for (const size of [1, 3, 14, 57]) {
    const maps = block(size, 40);
    maps[33 * size * size + size * (size - 1)] = value;
    const kernel = new BirthKernel();
    const reserved = kernel.reserve(maps.length);
    reserved.set(maps);
    for (const given of [maps, reserved]) {
      const attempt = () => births(given, size, kernel);
      expect(attempt).toThrow(MapNotFiniteError);
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'MAP_NOT_FINITE', index: 33, row: size - 1, column: 0, value }),
      );
    }
  }
});

test('an infinity on the diagonal and two that cancel are refused', () => {
  const map = block(14, 1);
  map[15] = Infinity;
  expect(() => birthRank(map, 14)).toThrow('row 1, column 1');
  map[40] = -Infinity;
  expect(() => birthRank(map, 14)).toThrow('row 1, column 1');
  expect(() => birthRankReference(map, 14)).toThrow(MapNotFiniteError);
});

test('the largest finite floats are no infinity, also in sum', () => {
  const map = new Float32Array(14 * 14).fill(3.4028234663852886e38);
  const out = { birthRanks: new Uint32Array(1), sums: new Float64Array(1) };
  new BirthKernel().measure(map, 14, out);
  expect(out.sums[0]).toBe(196 * 3.4028234663852886e38);
});

test('impossible sizes are refused', () => {
  for (const size of [0, -1, 2.5, 513, NaN]) expect(() => birthRank(block(4, 1), size)).toThrow(MapSizeError);
  expect(() => births(new Float32Array(17), 4)).toThrow('expected a multiple of 16');
  expect(() => birthRank(block(4, 2), 4)).toThrow('expected 16');
  expect(() => birthRankReference(block(4, 2), 4)).toThrow(MapSizeError);
  expect(() => {
    new BirthKernel().measure(block(4, 2), 4, { birthRanks: new Uint32Array(1) });
  }).toThrow(RangeError);
});

test('a density outside (0, 1] is refused', () => {
  for (const density of [0, -0.1, 1.1, NaN]) {
    expect(() => new BirthKernel({ density })).toThrow(DensityError);
    expect(() => birthRank(block(4, 1), 4, { density })).toThrow(InputError);
    expect(() => birthRankReference(block(4, 1), 4, { density })).toThrow(DensityError);
  }
});

test('no optimisation changes a birth', () => {
  const random = seeded(8);
  for (const [kind, generate] of Object.entries(kinds)) {
    for (const size of [5, 7, 8, 9, 14, 20, 33]) {
      const maps = new Float32Array(6 * size * size);
      for (let index = 0; index < 6; index++) maps.set(generate(size, random), index * size * size);
      const expected = births(maps, size);
      for (const name of Object.keys(optimisationBits) as Optimisation[]) {
        const kernel = new BirthKernel({ without: [name] });
        expect([kind, name, ...births(maps, size, kernel)]).toEqual([kind, name, ...expected]);
      }
    }
  }
});

test('what maps of one layer teach is theirs: another layer of that size changes nothing of it, and no birth', () => {
  const size = 20;
  const random = seeded(3);
  const maps = (kind: string): Float32Array => {
    const made = new Float32Array(40 * size * size);
    for (let at = 0; at < 40; at++) made.set(kinds[kind]!(size, random), at * size * size);
    return made;
  };
  const [noise, relu] = [maps('gaussian'), maps('relu')];
  const out = { birthRanks: new Uint32Array(40) };
  const alone = nothingLearnt();
  new BirthKernel().measure(noise, size, out, 0, alone);
  const expected = [...out.birthRanks];
  expect(alone).not.toEqual(nothingLearnt());

  const kernel = new BirthKernel();
  const [first, second] = [nothingLearnt(), nothingLearnt()];
  for (let at = 0; at < 40; at += 10) {
    const part = (of: Float32Array): Float32Array => of.subarray(at * size * size, (at + 10) * size * size);
    kernel.measure(part(noise), size, out, at, first);
    kernel.measure(part(relu), size, { birthRanks: new Uint32Array(10) }, 0, second);
  }
  expect(first).toEqual(alone);
  expect(second).not.toEqual(alone);
  expect([...out.birthRanks]).toEqual(expected);
});

test('maps with late births do not make the kernel sort ever more: what it learns is bounded', () => {
  const size = 64;
  const learnt = nothingLearnt();
  const kernel = new BirthKernel();
  const random = seeded(5);
  // Two halves that fill up as cones, without a hole; the first one comes with the second edge between them.
  const map = Float32Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    const [first, last] = [Math.min(row, column), Math.max(row, column)];
    return row >> 5 === column >> 5 ? 10_000 - 64 * last - first : 0;
  });
  let earliest = Infinity;
  for (let image = 0; image < 300; image++) {
    for (let row = 0; row < 32; row++)
      for (let column = 32; column < size; column++) map[row * size + column] = random();
    const out = { birthRanks: new Uint32Array(1) };
    kernel.measure(map, size, out, 0, learnt);
    earliest = Math.min(earliest, out.birthRanks[0]!);
  }
  expect(earliest).toBeGreaterThan(900);
  expect(birthRankReference(map, size)).toBe(birthRank(map, size));
  expect(learnt.wanted).toBeGreaterThan(100);
  expect(learnt.wanted).toBeLessThanOrEqual(256);
});
