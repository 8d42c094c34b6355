import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runQuery, SweepResults, unitExamples, unitMaps } from '@unitscope/query';
import type { UnitMap } from '@unitscope/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleSweeps, type SampleSweep } from './sample-sweep.ts';

let sample: SampleSweep;
let results: SweepResults;

beforeAll(async () => {
  sample = await sampleSweeps({ s: 'births: true\n' });
  results = await SweepResults.open(sample.store, 's');
}, 120_000);
afterAll(() => sample.remove());

const place = { layer: 'conv1', category: 'cat', unit: 2 };

describe('maps of a sweep over activation files', () => {
  test('are those of the files, with the births and the mean activation of the tables', async () => {
    const found = await unitMaps(results, results.checkpoint('step-2'), place, { make: false });
    expect(found?.origin).toBe('files');
    const maps = found?.maps ?? [];
    const where = "checkpoint = 'step-2' AND layer = 'conv1' AND category = 'cat' AND unit = 2";
    const births = await runQuery([results], `SELECT image, birth_rank FROM births WHERE ${where}`);
    const ranks = new Map(maps.map(({ image, birthRank }) => [image, birthRank]));
    expect(ranks).toEqual(new Map(births.rows().map(([image, rank]) => [image, rank])));
    const answer = await runQuery([results], `SELECT mean_activation FROM units WHERE ${where}`);
    const mean = answer.rows()[0]?.[0];
    expect(maps.reduce((sum, map) => sum + map.mean, 0) / maps.length).toBeCloseTo(Number(mean), 12);
    for (const { map, mean: own } of maps) {
      expect(map.reduce((sum, value) => sum + value, 0) / map.length).toBeCloseTo(own, 6);
    }
  });

  test('are no more than were asked for, and none of a unit or category that is not there', async () => {
    const checkpoint = results.checkpoint('step-2');
    const few = await unitMaps(results, checkpoint, place, { make: false, most: 3 });
    expect(few?.maps).toHaveLength(3);
    expect(await unitMaps(results, checkpoint, { ...place, category: 'fox' }, { make: false })).toBeNull();
  });

  test('are refused where the files are not those that were measured', async () => {
    const folder = join(sample.folder, 'maps');
    const [first = ''] = (await readdir(folder)).filter((name) => name.startsWith('step-3-0-cat'));
    const other = await readFile(join(folder, first.replace('step-3', 'step-1')));
    const before = await readFile(join(folder, first));
    await writeFile(join(folder, first), other);
    try {
      await expect(
        unitMaps(results, results.checkpoint('step-3'), { ...place, unit: 0 }, { make: false }),
      ).rejects.toMatchObject({ code: 'MAPS_CHANGED' });
    } finally {
      await writeFile(join(folder, first), before);
    }
  });
});

describe('the images that are shown of a unit', () => {
  const map = (image: string, mean: number, birthRank: number | null): UnitMap => {
    return { image, mean, birthRank, map: new Float32Array(16) };
  };
  const shown = (maps: readonly UnitMap[], threshold = 50): Record<string, string | undefined> =>
    Object.fromEntries(unitExamples({ maps }, threshold).map(({ role, map: one }) => [role, one?.image]));

  test('are the most, middling and least active, and those born first and last', () => {
    const maps = [map('a', 2, 9), map('b', 0, 4), map('c', 5, 12), map('d', 1, null), map('e', 3, 4)];
    expect(shown(maps)).toEqual({ highest: 'c', median: 'a', lowest: 'b', earliest: 'b', latest: 'c' });
  });

  test('have only births that count: no index 0, none beyond the threshold', () => {
    const maps = [map('a', 1, 1), map('b', 2, 8), map('c', 3, 60)];
    expect(shown(maps)).toMatchObject({ earliest: 'b', latest: 'b' });
    expect(shown(maps, 80)).toMatchObject({ latest: 'c' });
    expect(shown([map('a', 1, 1)])).toMatchObject({ highest: 'a', earliest: undefined });
  });

  test('are the first of equals', () => {
    const maps = [map('a', 1, 5), map('b', 1, 5), map('c', 1, 5)];
    expect(shown(maps)).toMatchObject({ highest: 'a', lowest: 'a', earliest: 'a', latest: 'a' });
  });
});
