import { spawn } from 'node:child_process';
import { readdir, readFile, symlink, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { histogramOf, importanceRanks, unitStatistics, type UnitStatistics } from '@unitscope/entropy';
import { birthsSchema, unitsSchema } from '@unitscope/tables';
import { birthRankReference } from '@unitscope/topology';
import { mapOf, reluNoise, writeActivations, type Maps } from './support/activation-files.js';
import { BIN, done, refused, temporaryFolder, unitscope } from './support/command-line.js';
import { readTable } from './support/read-table.js';

const labels = { checkpoint: 'step-7', layer: 'conv2', layerIndex: 1, category: 'cat' };

/** Raw birth ranks of a unit by the reference, one an image; 0 = none. */
function birthsOf(maps: Maps, unit: number, density?: number): number[] {
  return Array.from({ length: maps.images }, (_, image) =>
    Number(birthRankReference(mapOf(maps, unit, image), maps.size, density === undefined ? {} : { density })),
  );
}

describe('unitscope entropy', () => {
  it('writes the births and the statistics that the reference gives', async () => {
    const folder = await temporaryFolder();
    const maps = reluNoise(1);
    await writeActivations(join(folder, 'maps.arrow'), maps, labels);
    const args = ['entropy', 'maps.arrow', '--births', 'b.arrow', '--units', 'any name'];
    expect(await done(args, { cwd: folder })).toBe('');

    const births = await readTable(join(folder, 'b.arrow'), birthsSchema);
    const units = await readTable(join(folder, 'any name'), unitsSchema);
    expect(births.unit.length).toBe(maps.units * maps.images);
    expect(births.image.labels.slice().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => `img${i}`));
    const statistics = [0, 1, 2].map((unit) => {
      const expected = birthsOf(maps, unit);
      const rows = [...births.unit.keys()].filter((row) => births.unit[row] === unit);
      const found = rows.map((row) => births.birth_rank.values[row]);
      expect(rows.map((row) => births.image.labels[births.image.codes[row] ?? -1])).toEqual(
        expected.map((_, image) => `img${image}`),
      );
      expect(found).toEqual(expected);
      return unitStatistics(histogramOf(expected), maps.images, maps.size);
    });
    expect([...units.entropy]).toEqual(statistics.map(({ entropy }) => entropy));
    expect([...units.entropy_mm]).toEqual(statistics.map(({ entropyMillerMadow }) => entropyMillerMadow));
    expect([...units.entropy_null]).toEqual(statistics.map(({ entropyNull }) => entropyNull));
    expect([...units.selective_rate]).toEqual(statistics.map(({ selectiveRate }) => selectiveRate));
    expect([...units.importance_rank]).toEqual([
      ...importanceRanks(Float64Array.from(statistics, ({ ineffectiveness }) => ineffectiveness)),
    ]);
    expect([...units.images]).toEqual([8, 8, 8]);
    expect(units.layer.values.labels).toEqual(['conv2']);
    expect([...units.checkpoint_index.valid]).toEqual([0, 0, 0]);
    const zeros = [0, 1, 2].map((unit) =>
      [...Array(8).keys()].reduce(
        (sum, image) => sum + mapOf(maps, unit, image).filter((value) => value === 0).length,
        0,
      ),
    );
    expect([...units.apoz]).toEqual(zeros.map((count) => count / (8 * 196)));
  });

  it('counts several files of one layer and category as one, in any order of the files', async () => {
    const folder = await temporaryFolder();
    const [whole, first, second] = [reluNoise(2), reluNoise(2, { images: 5 }), reluNoise(2)];
    await writeActivations(join(folder, 'whole.arrow'), whole, labels);
    await writeActivations(join(folder, 'first.arrow'), first, labels);
    const rest = { ...second, images: 3, values: second.values.subarray(5 * 3 * 196) };
    await writeActivations(join(folder, 'rest.arrow'), rest, { ...labels, firstImage: 5 });
    const tables = async (files: string[]): Promise<Buffer[]> => {
      await done(['entropy', ...files, '--births', 'b', '--units', 'u'], { cwd: folder });
      return [await readFile(join(folder, 'b')), await readFile(join(folder, 'u'))];
    };
    const asOne = await tables(['whole.arrow']);
    expect(await tables(['first.arrow', 'rest.arrow'])).toEqual(asOne);
    expect(await tables(['rest.arrow', 'first.arrow'])).toEqual(asOne);
  });

  it('measures the mirror images of the maps with --mirrored, as of files that hold them, and says so', async () => {
    const folder = await temporaryFolder();
    const maps = reluNoise(3);
    const { size } = maps;
    const turned = maps.values.map((_, i) => maps.values[i - (i % size) + size - 1 - (i % size)] ?? NaN);
    await writeActivations(join(folder, 'maps.arrow'), maps, labels);
    await writeActivations(join(folder, 'turned.arrow'), { ...maps, values: turned }, labels);
    await done(['entropy', 'maps.arrow', '--mirrored', '--units', 'a', '--births', 'b'], { cwd: folder });
    await done(['entropy', 'turned.arrow', '--units', 'c', '--births', 'd'], { cwd: folder });
    await done(['entropy', 'maps.arrow', '--births', 'e'], { cwd: folder });
    const births = async (name: string) => (await readTable(join(folder, name), birthsSchema)).birth_rank;
    expect(await births('b')).toEqual(await births('d'));
    expect(await births('b')).not.toEqual(await births('e'));
    const entropies = async (name: string) => (await readTable(join(folder, name), unitsSchema)).entropy;
    expect(await entropies('a')).toEqual(await entropies('c'));
    expect((await readFile(join(folder, 'a'))).includes('unitscope.mirrored')).toBe(true);
    expect((await readFile(join(folder, 'c'))).includes('unitscope.mirrored')).toBe(false);
  });

  it('applies --threshold, --density and --min-selective-rate', async () => {
    const folder = await temporaryFolder();
    const maps = reluNoise(3);
    await writeActivations(join(folder, 'maps.arrow'), maps);
    const expected = (minSelectiveRate: number): UnitStatistics[] =>
      [0, 1, 2].map((unit) =>
        unitStatistics(histogramOf(birthsOf(maps, unit, 0.15)), maps.images, maps.size, {
          threshold: 11,
          density: 0.15,
          minSelectiveRate,
        }),
      );
    // The lowest rate is not above itself: that unit is not sensitive.
    const lowest = Math.min(...expected(0).map(({ selectiveRate }) => selectiveRate));
    const options = ['--threshold', '11', '--density', '0.15', '--min-selective-rate', String(lowest)];
    await done(['entropy', 'maps.arrow', '--units', 'u', ...options], { cwd: folder });
    const units = await readTable(join(folder, 'u'), unitsSchema);
    expect([...units.births]).toEqual(expected(lowest).map(({ births }) => births));
    expect([...units.sensitive]).toEqual(expected(lowest).map(({ sensitive }) => Number(sensitive)));
    expect(new Set(units.sensitive)).toEqual(new Set([0, 1]));
  });

  it('prints a summary, for people and as JSON, and no control character of a label', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'a.arrow'), reluNoise(4), { ...labels, layer: '\u001b[31mred\n' });
    await writeActivations(join(folder, 'b.arrow'), reluNoise(5, { size: 7 }), labels);
    const text = await done(['entropy', 'a.arrow', 'b.arrow'], { cwd: folder });
    expect(text.split('\n').map((line) => line.split(/\s{2,}/))).toEqual([
      [
        'checkpoint',
        'layer',
        'category',
        'maps',
        'images',
        'units',
        'sensitive',
        'mean H',
        'H/null',
        'mean ε',
      ],
      ['step-7', '\\u001b[31mred\\u000a', 'cat', '14×14', '8', '3', '3', ...figures(3)],
      ['step-7', 'conv2', 'cat', '7×7', '8', '3', '3', ...figures(3)],
      [''],
    ]);
    const json: unknown = JSON.parse(await done(['entropy', 'b.arrow', '--json'], { cwd: folder }));
    expect(json).toMatchObject([{ layer: 'conv2', mapSize: 7, images: 8, maps: 24, summary: { units: 3 } }]);
  });

  it('leaves an output as it was when an input is bad, and nothing beside it', async () => {
    const folder = await temporaryFolder();
    const bad = reluNoise(6);
    bad.values[196 * 7 + 30] = NaN;
    await writeActivations(join(folder, 'good.arrow'), reluNoise(6), labels);
    await writeActivations(join(folder, 'bad.arrow'), bad, { ...labels, category: 'dog' });
    await writeFile(join(folder, 'units'), 'as it was');
    const message = await refused(['entropy', 'good.arrow', 'bad.arrow', '--units', 'units'], {
      cwd: folder,
    });
    expect(message).toContain('bad.arrow: row 7, unit 1, image "img2": the map holds NaN at row 2, column 2');
    expect(await readFile(join(folder, 'units'), 'utf8')).toBe('as it was');
    await done(['entropy', 'good.arrow', '--units', 'units'], { cwd: folder });
    expect((await readTable(join(folder, 'units'), unitsSchema)).unit).toHaveLength(3);
  });

  it('refuses outputs that would overwrite an input, each other, a folder or a device', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'maps.arrow'), reluNoise(7), labels);
    await symlink('maps.arrow', join(folder, 'link'));
    await symlink('nowhere', join(folder, 'astray'));
    const message = (...outputs: string[]): Promise<string> =>
      refused(['entropy', 'maps.arrow', ...outputs], { cwd: folder });
    expect(await message('--units', './maps.arrow')).toContain('./maps.arrow is also an input');
    expect(await message('--births', 'link')).toContain('link is also an input');
    expect(await message('--births', 'x', '--units', './x')).toContain('x is given for two tables');
    expect(await message('--births', 'x', '--units', '.')).toContain('.: expected the name of a file');
    expect(await message('--births', 'none/x')).toContain(
      'none/x cannot be written: its folder does not exist',
    );
    expect(await message('--births', 'maps.arrow/x')).toContain('a part of its path is not a folder');
    expect(await message('--births', '/dev/null')).toContain('/dev/null: expected the name of a file');
    expect(await message('--births', 'astray')).toContain('astray: expected the name of a file');
    expect(await message('--births', '')).toContain('the name of an output is empty');
  });

  it.runIf(process.platform === 'linux')('fails on a full disk and leaves the output as it was', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'maps.arrow'), reluNoise(8), labels);
    await writeFile(join(folder, 'units'), 'as it was');
    const run = await unitscope(['entropy', 'maps.arrow', '--units', 'units'], {
      cwd: folder,
      through: ['sh', '-c', 'ulimit -f 2; exec "$@"', 'sh'],
    });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toBe(
      'unitscope: units could not be written whole: the file is larger than the limit on files\n',
    );
    expect(await readFile(join(folder, 'units'), 'utf8')).toBe('as it was');
  });

  it('clears away what it began when it is interrupted', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'maps.arrow'), reluNoise(9, { units: 64, images: 600 }), labels);
    // The first table's temporary file says that the work has begun.
    const watcher = new AbortController();
    const begun = (async () => {
      for await (const { filename } of watch(folder, { signal: watcher.signal }))
        if (filename?.endsWith('.tmp') === true) return;
    })();
    const child = spawn(process.execPath, [BIN, 'entropy', 'maps.arrow', '--units', 'u'], { cwd: folder });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await begun;
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(await readdir(folder)).toEqual(['maps.arrow']);
  });
});

function figures(count: number): unknown[] {
  return Array<unknown>(count).fill(expect.stringMatching(/^\d\.\d{3}$/));
}
