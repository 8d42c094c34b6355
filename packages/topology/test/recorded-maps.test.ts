import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BirthKernel, nothingLearnt } from '../src/birth-kernel.ts';
import { birthRankReference } from '../src/birth-reference.ts';
import { mapSum } from '../src/map-sum.ts';

const FOLDER = join(import.meta.dirname, '../bench/recorded');

test.each(readdirSync(FOLDER))('maps of a network give what the reference gives: %s', (name) => {
  const size = Number(/-(\d+)\.f32/.exec(name)?.[1]);
  const maps = new Float32Array(
    new Uint8Array(brotliDecompressSync(readFileSync(join(FOLDER, name)))).buffer,
  );
  const pixels = size * size;
  const count = maps.length / pixels;
  const out = {
    birthRanks: new Uint32Array(count),
    sums: new Float64Array(count),
    zeros: new Uint32Array(count),
  };
  const kernel = new BirthKernel();
  const learnt = nothingLearnt();
  // The second time it has learnt.
  for (let round = 0; round < 2; round++) {
    kernel.measure(maps, size, out, 0, learnt);
    const all = Array.from({ length: count }, (_, i) => maps.subarray(i * pixels, (i + 1) * pixels));
    expect([...out.birthRanks]).toEqual(all.map((map) => birthRankReference(map, size) ?? 0));
    expect([...out.sums]).toEqual(all.map(mapSum));
    expect([...out.zeros]).toEqual(
      all.map((map) => map.reduce((zeros, value) => zeros + Number(value === 0), 0)),
    );
  }
  expect(out.birthRanks.some((birth) => birth > 0)).toBe(true);
});
