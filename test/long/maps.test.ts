import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { birthsSchema, objectsSchema, unitsSchema } from '@unitscope/tables';
import { activationFolder } from '../e2e/support/activation-folder.js';
import { tinyCheckpoints, tinySpec } from '../e2e/support/checkpoints.js';
import { done, refused, temporaryFolder } from '../e2e/support/command-line.js';
import { readTable } from '../e2e/support/read-table.js';

let folder = '';
const cell = ['--checkpoint', 'step-0001', '--layer', 'conv2', '--category', '1'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-e2e-'));
  await tinyCheckpoints(folder);
  await writeFile(join(folder, 'sweep.yaml'), `${tinySpec(folder)}activations: keep\ncompression: lz4\n`);
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The texts of a column, by row. */
function texts({ codes, labels }: { readonly codes: Uint32Array; readonly labels: readonly string[] }) {
  return Array.from(codes, (code) => labels[code]);
}

describe('objects.arrow', () => {
  it('tells where the objects of every cell of the tables lie, and they are there', async () => {
    const table = await readTable(
      join(folder, '.unitscope/sweeps/tiny/results/objects.arrow'),
      objectsSchema,
    );
    expect(table.units.codes).toHaveLength(3 * 4 * 2);
    expect(texts(table.checkpoint.values).slice(7, 9)).toEqual(['step-0000', 'step-0001']);
    expect(texts(table.layer.values).slice(0, 3)).toEqual(['conv1', 'conv1', 'conv2']);
    expect(texts(table.category.values).slice(0, 3)).toEqual(['0', '1', '0']);
    const keys = [table.activations.values, table.units, table.births.values].flatMap(texts);
    expect(new Set(keys).size).toBe(3 * 24);
    for (const key of keys) await readFile(join(folder, '.unitscope', key ?? ''));
  });

  it('is a table of SQL and of export, and belongs to the sweep', async () => {
    const sql =
      "SELECT count(*) AS n FROM objects WHERE layer = 'conv2' AND activations LIKE 'activations/%'";
    const answer = await done(['query', 'tiny', sql, '--json'], { cwd: folder });
    expect(JSON.parse(answer)).toEqual({ columns: ['n'], rows: [[6]] });
    const said = await done(['export', 'tiny', '--json'], { cwd: folder });
    const { written } = JSON.parse(said) as { written: object[] };
    expect(written).toContainEqual({ table: 'objects', rows: 24, file: 'tiny-parquet/objects.parquet' });
    expect(await done(['verify'], { cwd: folder })).not.toContain('damaged:');
  });

  it('is no table before a sweep has ended', async () => {
    const other = await activationFolder();
    await done(['sweep', 'sweep.yaml'], { cwd: other });
    await rm(join(other, '.unitscope/sweeps/s/results/objects.arrow'));
    const message = await refused(['query', 's', 'SELECT * FROM objects'], { cwd: other });
    expect(message).toContain('its objects are not listed: that is done when a sweep ends (run it again)');
    expect(await done(['query', 's', 'SHOW TABLES'], { cwd: other })).not.toContain('objects');
    await done(['export', 's', '--format', 'csv'], { cwd: other });
  });
});

describe('unitscope maps', () => {
  it('writes the maps of a cell with its labels: entropy makes of them what the sweep did', async () => {
    const said = await done(['maps', 'tiny', ...cell, '--out', 'maps.arrow', '--json'], { cwd: folder });
    expect(JSON.parse(said)).toMatchObject({ layer: 'conv2', images: 5, file: 'maps.arrow' });
    await done(['entropy', 'maps.arrow', '--units', 'u', '--births', 'b'], { cwd: folder });
    const direct = await readTable(join(folder, 'u'), unitsSchema);
    const results = join(folder, '.unitscope/sweeps/tiny/results');
    const swept = await readTable(join(results, 'units/step-0001.arrow'), unitsSchema);
    const rows = [...swept.unit.keys()].filter(
      (row) => texts(swept.layer.values)[row] === 'conv2' && texts(swept.category.values)[row] === '1',
    );
    expect(rows.length).toBe(direct.unit.length);
    expect(rows.map((row) => swept.entropy[row])).toEqual([...direct.entropy]);
    expect(new Set(direct.entropy).size).toBeGreaterThan(1);
    expect(rows.map((row) => swept.entropy_paper.values[row])).toEqual([...direct.entropy_paper.values]);
    expect(direct.checkpoint.values.labels).toEqual(['step-0001']);
    const images = await readTable(join(folder, 'b'), birthsSchema);
    const kept = await readTable(join(results, 'births/step-0001.arrow'), birthsSchema);
    const found = [...kept.unit.keys()].filter(
      (row) => texts(kept.layer.values)[row] === 'conv2' && texts(kept.category.values)[row] === '1',
    );
    expect(found.map((row) => texts(kept.image)[row])).toEqual(texts(images.image));
    expect(found.map((row) => kept.birth_rank.values[row])).toEqual([...images.birth_rank.values]);
  });

  it('names its file by the cell, of the last checkpoint by default', async () => {
    const said = await done(['maps', 'tiny', '--layer', 'conv2', '--category', '0'], { cwd: folder });
    expect(said).toMatch(/^wrote tiny-step-0002-conv2-0\.arrow: \d+ units × 5 images, maps of \d+×\d+/);
  });

  it.each([
    [
      ['--checkpoint', 'step-1', '--layer', 'conv2', '--category', '1'],
      'no checkpoint "step-1"; there are step-0000, step-0001, step-0002',
    ],
    [['--layer', 'conv9', '--category', '1'], 'no layer "conv9"; did you mean conv1?'],
    [['--layer', 'conv2', '--category', 'cat'], 'no category "cat"; there are 0, 1'],
    [['--category', '1'], 'which layer? Give --layer; there are conv1, conv2, conv3, conv4'],
    [['--layer', 'conv2'], 'which category? Give --category; there are 0, 1'],
  ])('refuses %j and says what there is', async (options, message) => {
    expect(await refused(['maps', 'tiny', ...options], { cwd: folder })).toContain(message);
  });

  it('says why there are none: not kept, made elsewhere, gone', async () => {
    const other = await activationFolder();
    await done(['sweep', 'sweep.yaml'], { cwd: other });
    const place = ['--layer', 'conv2', '--category', 'dog'];
    expect(await refused(['maps', 's', ...place], { cwd: other })).toMatch(
      /made by another program, and lie where it put them: .*step-10-conv2-dog\.arrow/,
    );
    const bare = await temporaryFolder();
    await writeFile(join(bare, 'sweep.yaml'), tinySpec(folder));
    await done(['sweep', 'sweep.yaml'], { cwd: bare });
    expect(await refused(['maps', 'tiny', ...cell], { cwd: bare })).toContain(
      'maps were not kept (write `activations: keep` in its spec and run it again)',
    );
    await rm(join(folder, '.unitscope/activations'), { recursive: true });
    expect(await refused(['maps', 'tiny', ...cell], { cwd: folder })).toMatch(
      /maps of checkpoint step-0001, layer conv2, category 1 are not in .*run the sweep again/,
    );
  });
});
