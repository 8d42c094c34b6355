import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Random } from '@unitscope/base';
import { cubicalBirth } from '../../packages/reproduction/src/measures/cubical-birth.ts';
import { python } from './python.ts';

it('GUDHI finds the same cubical births, ties and ReLU’s zeros included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-interop-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const random = new Random(11);
  const maps = Array.from({ length: 600 }, (_, i) => {
    const size = 3 + (i % 12);
    const values = [3, 20, 2 ** 20][i % 3] ?? 2;
    const least = i % 2 === 0 ? 0 : values / 2;
    return {
      size,
      map: Float32Array.from({ length: size * size }, () => Math.max(0, random.below(values) - least)),
    };
  });
  const path = join(folder, 'maps.json');
  const rows = maps.map(({ size, map }) =>
    Array.from({ length: size }, (_, row) => [...map.subarray(row * size, (row + 1) * size)]),
  );
  await writeFile(path, JSON.stringify(rows));
  const expected = JSON.parse(await python('cubical_births.py', path)) as number[];
  expect(maps.map(({ size, map }) => cubicalBirth(map, size))).toEqual(expected);
  expect(expected.filter((birth) => birth > 0).length).toBeGreaterThan(400);
  expect(expected.filter((birth) => birth === 0).length).toBeGreaterThan(10);
});
