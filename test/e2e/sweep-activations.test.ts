import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { failuresSchema, unitsSchema } from '@unitscope/tables';
import { reluNoise, writeActivations } from './support/activation-files.js';
import { activationFolder, SPEC } from './support/activation-folder.js';
import { done, temporaryFolder, unitscope } from './support/command-line.js';
import { readTable } from './support/read-table.js';
import { filesOf, resultsOf } from './support/results.js';

describe('a sweep over activation files', () => {
  it('gives the same bytes for 1 and 4 threads, and does nothing twice', async () => {
    const folder = await activationFolder();
    const results = [];
    for (const threads of ['1', '4']) {
      await done(['sweep', 'sweep.yaml', '--threads', threads, '--store', `store${threads}`], {
        cwd: folder,
      });
      results.push(await resultsOf(folder, 's', `store${threads}`));
    }
    const [one = {}, four] = results;
    expect(Object.keys(one)).toEqual([
      'alive.arrow',
      'births/step-10.arrow',
      'births/step-2.arrow',
      'checkpoints.arrow',
      'layers.arrow',
      'layers/step-10.arrow',
      'layers/step-2.arrow',
      'objects.arrow',
      'units/step-10.arrow',
      'units/step-2.arrow',
    ]);
    expect(four).toEqual(one);
    const before = await filesOf(join(folder, 'store4'));
    const again = await done(['sweep', 'sweep.yaml', '--store', 'store4', '--json'], { cwd: folder });
    expect(JSON.parse(again)).toMatchObject({ cells: { total: 8, done: 8, cached: 8 }, maps: 0 });
    expect(await filesOf(join(folder, 'store4'))).toEqual(before);
  });

  it('takes images to be shown later without measuring anything, and refuses those that cannot be found', async () => {
    const folder = await activationFolder();
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    const before = await resultsOf(folder, 's');
    const shown = (name: string): Promise<void> =>
      writeFile(
        join(folder, 'sweep.yaml'),
        SPEC.replace(' }', `, images: { from: folder, path: ${name} }, preprocess: imagenet }`),
      );
    await mkdir(join(folder, 'images/cat'), { recursive: true });
    await mkdir(join(folder, 'others/horse'), { recursive: true });
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#f80' } })
      .png()
      .toBuffer();
    for (const name of ['images/cat/img0.png', 'others/horse/img0.png'])
      await writeFile(join(folder, name), png);
    await shown('others');
    const { code, stderr } = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('no category of the activation files ("cat", …) has images'),
    ]);
    await shown('images');
    const planned = await done(['plan', 'sweep.yaml'], { cwd: folder });
    expect(planned).toMatch(/photographs to show +1 image of 1 category\n/);
    expect(planned).toContain('no images of the category "dog", which has no photographs');
    const again = await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder });
    expect(JSON.parse(again)).toMatchObject({ cells: { total: 8, done: 8, cached: 8 }, maps: 0 });
    expect(await resultsOf(folder, 's')).toEqual(before);
    const { source } = JSON.parse(
      await readFile(join(folder, '.unitscope/sweeps/s/manifest.json'), 'utf8'),
    ) as { source: { shown: { categories: unknown } } };
    const sha256 = createHash('sha256').update(png).digest('hex');
    expect(source.shown.categories).toEqual([
      { label: 'cat', images: [{ label: 'img0.png', sha256, encoding: 'png' }] },
    ]);
  });

  it('agrees with unitscope entropy on the same files', async () => {
    const folder = await activationFolder();
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    const files = (await readdir(join(folder, 'maps'))).filter((name) => name.startsWith('step-2-'));
    await done(['entropy', ...files.map((name) => join('maps', name)), '--units', 'u'], { cwd: folder });
    const swept = await readTable(
      join(folder, '.unitscope/sweeps/s/results/units/step-2.arrow'),
      unitsSchema,
    );
    const direct = await readTable(join(folder, 'u'), unitsSchema);
    expect({ ...swept, checkpoint_index: null }).toEqual({ ...direct, checkpoint_index: null });
    expect([...swept.checkpoint_index.values]).toEqual(Array(12).fill(0));
  });

  it('sets a task that fails aside, goes on, and is whole once its input is mended', async () => {
    const folder = await activationFolder();
    const victim = join(folder, 'maps', 'step-2-conv2-dog.arrow');
    await copyFile(victim, join(folder, 'good'));
    const bad = reluNoise(4);
    bad.values[196 * 5 + 3] = NaN;
    await writeActivations(victim, bad, {
      checkpoint: 'step-2',
      layer: 'conv2',
      layerIndex: 1,
      category: 'dog',
    });
    const run = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('7 cells done (0 already there)');
    expect(run.stdout).toMatch(
      /step-2 \/ conv2 \/ dog: MAP_NOT_FINITE: .*step-2-conv2-dog\.arrow: row 5, unit 2, image "img1": the map holds NaN/,
    );
    const failures = join(folder, '.unitscope/sweeps/s/failures.arrow');
    const { layer, attempts, code, message } = await readTable(failures, failuresSchema);
    expect(layer.values.labels).toEqual(['conv2']);
    expect([...attempts]).toEqual([1]);
    expect(code.labels).toEqual(['MAP_NOT_FINITE']);
    expect(message.labels[0]).toContain('expected finite numbers');
    expect(await done(['sweeps'], { cwd: folder })).toMatch(/s +failed +2\/2 +\d+\/\d+ +1\n/);

    await rename(join(folder, 'good'), victim);
    const mended = await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder });
    expect(JSON.parse(mended)).toMatchObject({ cells: { done: 8, cached: 7 }, failures: [] });
    await expect(readFile(failures)).rejects.toThrow('ENOENT');
    await done(['sweep', 'sweep.yaml', '--store', 'fresh'], { cwd: folder });
    expect(await resultsOf(folder, 's')).toEqual(await resultsOf(folder, 's', 'fresh'));
  });

  it('keeps hostile labels apart and inside the store, and off the terminal', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'maps'));
    const labels = [
      '../../x',
      'a/b',
      'a%2Fb',
      'con',
      'x'.repeat(300),
      '😀',
      'line\nbreak\u001b[31m',
      '.',
      ' ',
    ];
    for (const [i, label] of labels.entries())
      await writeActivations(join(folder, 'maps', `${i}.arrow`), reluNoise(i, { images: 3 }), {
        checkpoint: label,
        layer: label,
        category: label,
      });
    await writeFile(join(folder, 'sweep.yaml'), SPEC);
    const run = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(run.code).toBe(0);
    expect((run.stdout + run.stderr).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect((await readdir(folder)).sort()).toEqual(['.unitscope', 'maps', 'sweep.yaml']);
    const tables = Object.keys(await resultsOf(folder, 's')).filter((path) => path.startsWith('units/'));
    expect(tables).toHaveLength(labels.length);
    const found = [];
    for (const path of tables) {
      const table = await readTable(join(folder, '.unitscope/sweeps/s/results', path), unitsSchema);
      found.push(table.checkpoint.values.labels[0]);
    }
    expect(found.sort()).toEqual([...labels].sort());
    expect(await done(['verify'], { cwd: folder })).toContain(' 0 damaged');
  });

  it('reads files without any label, and counts files of one place as one', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'a.arrow'), reluNoise(1));
    await writeActivations(join(folder, 'b.arrow'), reluNoise(2), { firstImage: 8 });
    await writeFile(join(folder, 'sweep.yaml'), 'name: s\nsource: { activations: ["*.arrow"] }\n');
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    const table = await readTable(
      join(folder, '.unitscope/sweeps/s/results/units/unlabelled.arrow'),
      unitsSchema,
    );
    expect([...table.images]).toEqual([16, 16, 16]);
    expect([...table.layer.valid]).toEqual([0, 0, 0]);
  });

  it('tells trainings apart by what files say of their checkpoints, and refuses files that contradict each other', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'maps'));
    const file = async (name: string, checkpoint: string, category: string, meta: Record<string, number>) =>
      writeActivations(join(folder, 'maps', name), reluNoise(name.length), {
        ...{ checkpoint, layer: 'conv1', layerIndex: 0, category },
        metadata: { 'unitscope.meta': JSON.stringify(meta) },
      });
    for (const lr of [0.1, 0.003])
      for (const step of [8, 1])
        await file(`${lr}-${step}.arrow`, `${lr}-${step}`, 'cat', { lr, half: lr / 2, step });
    const spec = (run: string) => `name: s\nsource: { activations: ["maps/*.arrow"]${run} }\n`;
    await writeFile(join(folder, 'sweep.yaml'), spec(', run: half'));
    const plan = JSON.parse(await done(['plan', 'sweep.yaml', '--json'], { cwd: folder })) as {
      runColumns: string[];
      trainings: { run: string; checkpoints: { label: string }[] }[];
    };
    expect(plan.runColumns).toEqual(['half']);
    expect(
      plan.trainings.map(({ run, checkpoints }) => [run, checkpoints.map(({ label }) => label)]),
    ).toEqual([
      ['half=0.0015', ['0.003-1', '0.003-8']],
      ['half=0.05', ['0.1-1', '0.1-8']],
    ]);
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(
      await done(['query', 's', 'SELECT checkpoint, run, place FROM checkpoints', '--csv'], { cwd: folder }),
    ).toContain('0.1-8,half=0.05,8');
    await file('other.arrow', '0.1-8', 'dog', { lr: 0.1, half: 0.05, step: 9 });
    const refused = await unitscope(['plan', 'sweep.yaml'], { cwd: folder });
    expect(refused.stderr).toMatch(/expected step = 8 as in the other files of checkpoint "0\.1-8", found 9/);
  });
});
