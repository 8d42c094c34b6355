import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reluNoise } from '../../e2e/support/activation-files.js';
import { done, temporaryFolder } from '../../e2e/support/command-line.js';
import { writeMeasurements } from '../../e2e/support/measurement-files.js';
import { resultsOf } from '../../e2e/support/results.js';
import { activationSweep, localResults } from '../activation-sweep.js';
import { useTemporalServer } from '../temporal.js';
import { unitscopeWorker } from '../workers.js';

useTemporalServer();

it.each([1, 2, 4])('gives the bytes of the in-process engine on %i workers', async (count) => {
  const sweep = await activationSweep();
  const expected = await localResults(sweep);
  await Promise.all(Array.from({ length: count }, () => unitscopeWorker()));
  const json = await done(['sweep', sweep.spec, '--engine', 'temporal', '--store', 'store', '--json'], {
    cwd: sweep.folder,
  });
  const { cells } = JSON.parse(json) as { cells: { done: number; cached: number; failed: number } };
  expect(cells).toMatchObject({ total: sweep.tasks, done: sweep.tasks, cached: 0, failed: 0 });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(expected);
});

it('gives them for checkpoints of one task, whose tables are made with it, and again where a table is gone', async () => {
  const sweep = await activationSweep({ checkpoints: 3, layers: ['conv1'], categories: ['0'] });
  const expected = await localResults(sweep);
  await unitscopeWorker();
  const args = ['sweep', sweep.spec, '--engine', 'temporal', '--store', 'store'];
  await done(args, { cwd: sweep.folder });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(expected);
  await rm(join(sweep.folder, 'store/sweeps/tiny/results/layers/step-1.arrow'));
  await done(args, { cwd: sweep.folder });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(expected);
});

it('keeps apart categories and layers with hostile names, inside the store', async () => {
  const long = 'x'.repeat(300);
  const sweep = await activationSweep({
    checkpoints: 1,
    layers: ['../../x', 'a/b', 'con'],
    categories: ['../../x', 'a/b', 'con', long, `${long}y`, '🙂', 'line\nline'],
  });
  const expected = await localResults(sweep);
  await unitscopeWorker();
  await done(['sweep', sweep.spec, '--engine', 'temporal', '--store', 'store'], { cwd: sweep.folder });
  const found = await resultsOf(sweep.folder, 'tiny', 'store');
  expect(found).toEqual(expected);
  expect(Object.keys(found).map((path) => join('/', path))).toEqual(
    Object.keys(found).map((path) => `/${path}`),
  );
});

it('gives them of measurements that were made elsewhere', async () => {
  const folder = await temporaryFolder();
  for (const [step, checkpoint] of ['step-1', 'step-2'].entries()) {
    const cells = ['cat', 'dog'].map((category, i) => ({
      layer: 'conv1',
      layerIndex: 0,
      category,
      maps: reluNoise(1 + 2 * step + i),
    }));
    await writeMeasurements(join(folder, `${checkpoint}.arrow`), checkpoint, cells);
  }
  const source = '{ measurements: ["step-*.arrow"] }';
  await writeFile(
    join(folder, 'sweep.yaml'),
    `name: tiny\nsource: ${source}\nstatistics: { bootstrap: 0 }\n`,
  );
  await done(['sweep', 'sweep.yaml', '--store', 'local'], { cwd: folder });
  await unitscopeWorker();
  await done(['sweep', 'sweep.yaml', '--engine', 'temporal', '--store', 'store'], { cwd: folder });
  expect(await resultsOf(folder, 'tiny', 'store')).toEqual(await resultsOf(folder, 'tiny', 'local'));
});
