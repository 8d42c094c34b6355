import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointsSchema, layersSchema, unitsSchema } from '@unitscope/tables';
import { reluNoise, writeActivations, type Maps } from '../e2e/support/activation-files.js';
import { done, temporaryFolder, unitscope } from '../e2e/support/command-line.js';
import {
  writeMeasurements,
  type MeasuredMaps,
  type MeasurementMetadata,
} from '../e2e/support/measurement-files.js';
import { readTable } from '../e2e/support/read-table.js';
import { resultsOf } from '../e2e/support/results.js';

const CHECKPOINTS = ['step-2', 'step-10'];

/** The maps of one checkpoint: 2 layers × 2 categories. */
function cellsOf(checkpoint: string): MeasuredMaps[] {
  return ['conv1', 'conv2'].flatMap((layer, layerIndex) =>
    ['cat', 'dog'].map((category, i) => ({
      layer,
      layerIndex,
      category,
      maps: reluNoise(100 * CHECKPOINTS.indexOf(checkpoint) + 10 * layerIndex + i + 1),
    })),
  );
}

/** Images from … to before … of the same maps. */
function imagesOf({ units, size, values }: Maps, from: number, to: number): Maps {
  const image = units * size * size;
  return { units, size, images: to - from, values: values.slice(from * image, to * image) };
}

const spec = (source: string): string => `name: s\nsource: ${source}\nstatistics: { bootstrap: 50 }\n`;

async function folderOf(options: MeasurementMetadata & { text?: 'label' | 'utf8' } = {}): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'maps'));
  await mkdir(join(folder, 'measured'));
  for (const checkpoint of CHECKPOINTS) {
    const cells = cellsOf(checkpoint);
    for (const { maps, ...labels } of cells) {
      const name = `${checkpoint}-${labels.layer}-${labels.category}.arrow`;
      await writeActivations(join(folder, 'maps', name), maps, { checkpoint, ...labels });
    }
    await writeMeasurements(join(folder, 'measured', `${checkpoint}.arrow`), checkpoint, cells, options);
  }
  await writeFile(join(folder, 'sweep.yaml'), spec('{ measurements: ["measured/*.arrow"] }'));
  await writeFile(join(folder, 'maps.yaml'), spec('{ activations: ["maps/*.arrow"] }'));
  return folder;
}

/** The rows of units and layers. The metadata names the spec, and checkpoints/1 has the digest of the files. */
async function tablesOf(folder: string, store: string): Promise<Record<string, unknown>> {
  const names = Object.keys(await resultsOf(folder, 's', store)).filter(
    (name) => name.startsWith('units/') || name.startsWith('layers/'),
  );
  const tables = names.map(async (name) => {
    const path = join(folder, store, 'sweeps/s/results', name);
    const isUnits = name.startsWith('units');
    return [
      name,
      isUnits ? await readTable(path, unitsSchema) : await readTable(path, layersSchema),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

describe('a sweep over measurements', () => {
  it.each(['label', 'utf8'] as const)(
    'gives the rows of the activations that were measured, to the bit: labels as %s',
    async (text) => {
      const folder = await folderOf({ text });
      await done(['sweep', 'maps.yaml', '--store', 'of-maps'], { cwd: folder });
      const first = await done(['sweep', 'sweep.yaml', '--store', 'measured-store', '--json'], {
        cwd: folder,
      });
      expect(JSON.parse(first)).toMatchObject({ cells: { total: 8, done: 8, cached: 0 }, failures: [] });
      const tables = await tablesOf(folder, 'measured-store');
      expect(Object.keys(tables)).toHaveLength(4);
      expect(tables).toEqual(await tablesOf(folder, 'of-maps'));
      const again = await done(['sweep', 'sweep.yaml', '--store', 'measured-store', '--json'], {
        cwd: folder,
      });
      expect(JSON.parse(again)).toMatchObject({ cells: { done: 8, cached: 8 } });
    },
  );

  it('joins files of other layers, and parts of the images, of one checkpoint', async () => {
    const folder = await folderOf();
    await done(['sweep', 'maps.yaml', '--store', 'of-maps'], { cwd: folder });
    await mkdir(join(folder, 'parts'));
    for (const checkpoint of CHECKPOINTS) {
      const [first, rest] = [cellsOf(checkpoint).slice(0, 1), cellsOf(checkpoint).slice(1)];
      const path = (name: string): string => join(folder, 'parts', `${checkpoint}-${name}.arrow`);
      await writeMeasurements(path('rest'), checkpoint, rest);
      for (const [part, from, to] of [
        ['0', 0, 5],
        ['1', 5, 8],
      ] as const) {
        const cells = first.map((cell) => ({ ...cell, maps: imagesOf(cell.maps, from, to) }));
        await writeMeasurements(path(`part-${part}`), checkpoint, cells, { 'unitscope.part': part });
      }
    }
    await writeFile(join(folder, 'parts.yaml'), spec('{ measurements: ["parts/*.arrow"] }'));
    await done(['sweep', 'parts.yaml', '--store', 'joined'], { cwd: folder });
    // The sums of the parts are added in another order: everything else is the same to the byte.
    const rows = async (store: string): Promise<string> =>
      await done(
        [
          ...['query', 's', '--store', store, '--csv'],
          'SELECT checkpoint, layer, category, unit, images, births, entropy, apoz, round(mean_activation, 9) FROM units',
        ],
        { cwd: folder },
      );
    expect(await rows('joined')).toBe(await rows('of-maps'));
  });

  it('has what the files say of a checkpoint as its metadata', async () => {
    const folder = await folderOf({ 'unitscope.meta': '{"step":7,"lr":0.1,"run":"a","ema":true}' });
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    const path = join(folder, '.unitscope/sweeps/s/results/checkpoints.arrow');
    const meta = { step: 'float64', lr: 'float64', run: 'utf8', ema: 'bool' } as const;
    const table = await readTable(path, checkpointsSchema(meta));
    expect([...(table.meta_step as { values: Float64Array }).values]).toEqual([7, 7]);
  });

  it.each<[string, MeasurementMetadata, RegExp]>([
    ['of another density', { 'unitscope.density': '0.5' }, /expected density 0\.8, found 0\.5; give it as/],
    [
      'of another semantics',
      { 'unitscope.semantics_version': '1' },
      /expected semantics version \d+, found 1; measure/,
    ],
    [
      'of another kernel',
      { 'unitscope.kernel': 'a'.repeat(64) },
      /expected the kernel [0-9a-f]{64}, found a{64}; measure/,
    ],
    [
      'without a density',
      { 'unitscope.density': null },
      /expected the schema metadata unitscope\.density = .*, found none/,
    ],
    [
      'of metadata that is no object',
      { 'unitscope.meta': '[1]' },
      /unitscope\.meta = a JSON object .*, found/,
    ],
    [
      'of metadata that is no scalar',
      { 'unitscope.meta': '{"a":[1]}' },
      /unitscope\.meta = a JSON object .*, found/,
    ],
  ])('refuses files %s before any work', async (_, metadata, message) => {
    const folder = await folderOf(metadata);
    const run = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/step-2\.arrow/);
  });

  it('refuses two files of the same cells, and kept births and maps, which measurements do not have', async () => {
    const folder = await folderOf();
    await writeMeasurements(join(folder, 'measured', 'again.arrow'), 'step-2', cellsOf('step-2').slice(0, 1));
    const twice = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(twice.stderr).toMatch(
      /expected no other file of checkpoint "step-2" with layer "conv1", category "cat", found .*; files that share .* unitscope\.part/,
    );
    for (const [more, message] of [
      ['births: true', 'births: measurements have no births of single images'],
      ['activations: keep', 'activations: measurements have no feature maps to be kept'],
    ] as const) {
      await writeFile(
        join(folder, 'more.yaml'),
        `${spec('{ measurements: ["measured/*.arrow"] }')}${more}\n`,
      );
      const run = await unitscope(['sweep', 'more.yaml'], { cwd: folder });
      expect(run.code).toBe(2);
      expect(run.stderr).toContain(message);
    }
  });
});
