import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reluNoise } from '../../e2e/support/activation-files.js';
import { tinyCheckpoints } from '../../e2e/support/checkpoints.js';
import { done, temporaryFolder, unitscope } from '../../e2e/support/command-line.js';
import { writeMeasurements } from '../../e2e/support/measurement-files.js';
import { resultsOf } from '../../e2e/support/results.js';
import { useTemporalServer } from '../temporal.js';
import { unitscopeWorker } from '../workers.js';

useTemporalServer();

let trained = '';
beforeAll(async () => {
  trained = await mkdtemp(join(tmpdir(), 'unitscope-follow-'));
  await tinyCheckpoints(trained);
});
afterAll(() => rm(trained, { recursive: true, force: true }));

it.each(['local', 'temporal'])(
  'follows a training run on the %s engine, and waits for what is half written',
  async (engine) => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, 'sweep.yaml'),
      `name: live
source:
  models:
    checkpoints: ["run/step-*/model.json"]
    images: { from: mnist, perCategory: 3, categories: ["0"] }
    backend: wasm
statistics: { bootstrap: 0 }
`,
    );
    await mkdir(join(folder, 'run'));
    await cp(join(trained, 'step-0000'), join(folder, 'run/step-0000'), { recursive: true });
    if (engine === 'temporal') await unitscopeWorker();
    const args = ['sweep', 'sweep.yaml', '--follow', '--until', '3', '--json'];
    let stderr = '';
    const following = unitscope([...args, '--engine', engine, '--threads', '1'], {
      cwd: folder,
      onProgress: (_, text) => (stderr = text),
    });
    const said = async (text: string): Promise<void> => {
      while (!stderr.includes(text)) await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await said('1 checkpoint');
    // The graph is there before the weights are.
    await mkdir(join(folder, 'run/step-0001'));
    await cp(join(trained, 'step-0001/model.json'), join(folder, 'run/step-0001/model.json'));
    await said('waits: ');
    await cp(join(trained, 'step-0001'), join(folder, 'run/step-0001'), { recursive: true });
    await cp(join(trained, 'step-0002'), join(folder, 'run/step-0002'), { recursive: true });
    const end = await following;
    expect(end).toMatchObject({ code: 0 });
    expect(JSON.parse(end.stdout)).toMatchObject({ checkpoints: { total: 3, done: 3 }, failures: [] });
    await done(['sweep', 'sweep.yaml', '--store', 'at-once', '--threads', '1'], { cwd: folder });
    expect(await resultsOf(folder, 'live')).toEqual(await resultsOf(folder, 'live', 'at-once'));
  },
);

it.each(['local', 'temporal'])('follows measurements on the %s engine', async (engine) => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'measured'));
  await writeFile(
    join(folder, 'sweep.yaml'),
    'name: live\nsource: { measurements: ["measured/*.arrow"] }\nstatistics: { bootstrap: 0 }\n',
  );
  // A checkpoint appears whole, as the Recorder writes it.
  const measure = async (step: number): Promise<void> => {
    const cells = ['cat', 'dog'].map((category, i) => ({
      layer: 'conv',
      layerIndex: 0,
      category,
      maps: reluNoise(10 * step + i),
    }));
    const written = await writeMeasurements(join(folder, `${step}.partial`), `step-${step}`, cells);
    await rename(written, join(folder, 'measured', `step-${step}.arrow`));
  };
  await measure(0);
  if (engine === 'temporal') await unitscopeWorker();
  const args = ['sweep', 'sweep.yaml', '--follow', '--until', '2', '--json', '--engine', engine];
  let stderr = '';
  const following = unitscope([...args, '--threads', '1'], {
    cwd: folder,
    onProgress: (_, text) => (stderr = text),
  });
  while (!stderr.includes('1 checkpoint')) await new Promise((resolve) => setTimeout(resolve, 100));
  await measure(1);
  const end = await following;
  expect(end).toMatchObject({ code: 0 });
  expect(JSON.parse(end.stdout)).toMatchObject({ checkpoints: { total: 2, done: 2 }, failures: [] });
  await done(['sweep', 'sweep.yaml', '--store', 'at-once', '--threads', '1'], { cwd: folder });
  expect(await resultsOf(folder, 'live')).toEqual(await resultsOf(folder, 'live', 'at-once'));
});

it('follows files of weights on Temporal, and waits for one that is half written', async () => {
  const torch = join(import.meta.dirname, '../../../packages/models/test/fixtures/torch/mobile');
  const folder = await temporaryFolder();
  await cp(join(torch, 'images'), join(folder, 'images'), { recursive: true });
  await cp(join(torch, 'graph-dynamo-plain.onnx'), join(folder, 'graph.onnx'));
  await cp(join(torch, 'step-0.pt'), join(folder, 'step-0.pt'));
  await writeFile(
    join(folder, 'sweep.yaml'),
    `name: weights
source:
  models:
    network: graph.onnx
    checkpoints: ["step-*.pt"]
    images: { from: folder, path: images, perCategory: 2 }
statistics: { bootstrap: 0 }
`,
  );
  await unitscopeWorker();
  let stderr = '';
  const following = unitscope(
    ['sweep', 'sweep.yaml', '--follow', '--until', '2', '--json', '--engine', 'temporal'],
    { cwd: folder, onProgress: (_, text) => (stderr = text) },
  );
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  await said('1 checkpoint');
  const whole = await readFile(join(torch, 'step-1.pt'));
  await writeFile(join(folder, 'step-1.pt'), whole.subarray(0, whole.length - 1000));
  await said('waits: ');
  await writeFile(join(folder, 'step-1.pt'), whole);
  const end = await following;
  expect(end).toMatchObject({ code: 0 });
  expect(JSON.parse(end.stdout)).toMatchObject({ checkpoints: { total: 2, done: 2 }, failures: [] });
  await done(['sweep', 'sweep.yaml', '--store', 'at-once', '--threads', '1'], { cwd: folder });
  expect(await resultsOf(folder, 'weights')).toEqual(await resultsOf(folder, 'weights', 'at-once'));
});
