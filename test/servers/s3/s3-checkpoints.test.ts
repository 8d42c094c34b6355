import { copyFile, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@unitscope/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tinyCheckpoints } from '../../e2e/support/checkpoints.js';
import { done, refused, temporaryFolder, unitscope } from '../../e2e/support/command-line.js';
import { filesOf, resultsOf } from '../../e2e/support/results.js';
import { freshAddress, useS3Server } from '../s3-server.js';
import { resultsIn, withoutSpec } from '../sweep-results.js';
import { useTemporalServer } from '../temporal.js';
import { unitscopeWorker } from '../workers.js';

/** What PyTorch wrote of one small network. */
const TORCH = join(import.meta.dirname, '../../../packages/models/test/fixtures/torch/mobile');

const s3 = useS3Server();
useTemporalServer();

let trained = '';
beforeAll(async () => {
  trained = await mkdtemp(join(tmpdir(), 'unitscope-checkpoints-'));
  process.env['UNITSCOPE_CACHE'] = join(trained, 'cache');
  await tinyCheckpoints(join(trained, 'run'));
});
afterAll(() => rm(trained, { recursive: true, force: true }));

function specOf(checkpoints: string): string {
  return `name: tiny
source:
  models:
    checkpoints: [{ path: "${checkpoints}", pattern: "step-(?<step>\\\\d+)" }]
    images: { from: mnist, perCategory: 3, categories: ["0"] }
    backend: wasm
statistics: { bootstrap: 0 }
`;
}

/** Puts the files of `run/` whose path `wanted` matches below an address. */
async function upload(address: string, wanted: RegExp): Promise<void> {
  const store = await openStore(address);
  for (const [path, bytes] of Object.entries(await filesOf(join(trained, 'run'))))
    if (wanted.test(path)) await store.put(path, bytes);
}

/** The result tables of the same checkpoints on this machine. */
async function localResults(folder: string): Promise<Record<string, Buffer>> {
  await writeFile(join(folder, 'local.yaml'), specOf(`${join(trained, 'run')}/step-*/model.json`));
  await done(['sweep', 'local.yaml', '--store', 'local', '--threads', '1'], { cwd: folder });
  return withoutSpec(await resultsOf(folder, 'tiny', 'local'));
}

it.each(['step-*', 'step-*/model.json', ''])(
  'sweeps the checkpoints that s3://bucket/run/%s names on both engines, to the bytes of the same files here',
  async (pattern) => {
    const folder = await temporaryFolder();
    const [run, store] = [freshAddress(s3()), freshAddress(s3())];
    await upload(run, /step-/);
    await writeFile(join(folder, 'sweep.yaml'), specOf(`${run}/${pattern}`));
    const expected = await localResults(folder);
    await done(['sweep', 'sweep.yaml', '--store', 'here', '--threads', '1'], { cwd: folder });
    expect(withoutSpec(await resultsOf(folder, 'tiny', 'here'))).toEqual(expected);
    await unitscopeWorker();
    await done(['sweep', 'sweep.yaml', '--engine', 'temporal', '--store', store], { cwd: folder });
    expect(withoutSpec(await resultsIn(store, 'tiny'))).toEqual(expected);
  },
);

it.each(['on S3', 'here'])(
  'sweeps weights of one graph that lie %s, and brings the graph once and each file once to Temporal',
  { timeout: 300_000 },
  async (place) => {
    const folder = await temporaryFolder();
    const [run, store] = [freshAddress(s3()), freshAddress(s3())];
    const isRemote = place === 'on S3';
    const files = ['graph-dynamo-plain.onnx', 'step-0.pt', 'step-1.safetensors'];
    for (const name of files) await copyFile(join(TORCH, name), join(folder, name));
    await cp(join(TORCH, 'images'), join(folder, 'images'), { recursive: true });
    for (const name of isRemote ? files : [])
      await (await openStore(run)).put(name, await readFile(join(TORCH, name)));
    const specIn = (at: string): string => `name: bound
source:
  models:
    network: ${at}graph-dynamo-plain.onnx
    exportedFrom: ${at}step-0.pt
    checkpoints: ["${at}step-0.pt", "${at}step-*.safetensors"]
    images: { from: folder, path: images, perCategory: 3 }
statistics: { bootstrap: 0 }
`;
    await writeFile(join(folder, 'local.yaml'), specIn(''));
    await done(['sweep', 'local.yaml', '--store', 'local', '--threads', '1'], { cwd: folder });
    const expected = withoutSpec(await resultsOf(folder, 'bound', 'local'));
    await writeFile(join(folder, 'sweep.yaml'), specIn(isRemote ? `${run}/` : ''));
    if (isRemote) {
      await done(['sweep', 'sweep.yaml', '--store', 'other', '--threads', '1'], { cwd: folder });
      expect(withoutSpec(await resultsOf(folder, 'bound', 'other'))).toEqual(expected);
    }
    await unitscopeWorker();
    await done(['sweep', 'sweep.yaml', '--engine', 'temporal', '--store', store], { cwd: folder });
    expect(withoutSpec(await resultsIn(store, 'bound'))).toEqual(expected);
    const inputs: number[] = [];
    for await (const { size } of (await openStore(store)).list('inputs/')) inputs.push(size);
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
    expect(inputs.filter((bytes) => sizes.includes(bytes)).sort()).toEqual(isRemote ? [] : sizes.sort());
    if (!isRemote) return;
    // Verbs that look at the objects of a store, and one that opens the network again.
    expect(await done(['verify', '--store', store], { cwd: folder })).toContain(' 0 damaged');
    expect(await done(['gc', '--store', store, '--min-age', '0'], { cwd: folder })).toContain(
      'removed 0 objects',
    );
    await writeFile(join(folder, 'classes.txt'), 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n');
    const ablate = ['ablate', 'bound', '--layer', 'pw', '--classes', 'classes.txt', '--store', store];
    expect(await done(ablate, { cwd: folder })).toMatch(/pw/);
  },
);

it('follows a run that is written to S3, and waits for a checkpoint whose weights are not there yet', async () => {
  const folder = await temporaryFolder();
  const [run, store] = [freshAddress(s3()), freshAddress(s3())];
  await upload(run, /step-0000/);
  await writeFile(join(folder, 'sweep.yaml'), specOf(`${run}/step-*/model.json`));
  await unitscopeWorker();
  let stderr = '';
  const following = unitscope(
    ['sweep', 'sweep.yaml', '--follow', '--until', '3', '--json', '--engine', 'temporal', '--store', store],
    { cwd: folder, onProgress: (_, text) => (stderr = text) },
  );
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  await said('1 checkpoint');
  await upload(run, /step-0001.*json/);
  await said('step-0001/model.json: its file weights.bin is missing');
  await upload(run, /step-0001/);
  await upload(run, /step-0002/);
  const end = await following;
  expect(end).toMatchObject({ code: 0 });
  expect(JSON.parse(end.stdout)).toMatchObject({ checkpoints: { total: 3, done: 3 }, failures: [] });
  expect(withoutSpec(await resultsIn(store, 'tiny'))).toEqual(await localResults(folder));
});

it('says what is wrong with checkpoints of S3 in the words of their addresses', async () => {
  const folder = await temporaryFolder();
  const run = freshAddress(s3());
  const store = await openStore(run);
  await store.put('notes.txt', Buffer.from('no model'));
  await store.put('step-8/model.json', await readFile(join(trained, 'run/step-0000/model.json')));
  await store.put('step-9/torn.onnx', Buffer.from('no graph'));
  const errorOf = async (pattern: string): Promise<string> => {
    await writeFile(join(folder, 'sweep.yaml'), specOf(`${run}/${pattern}`));
    return refused(['plan', 'sweep.yaml'], { cwd: folder });
  };
  expect(await errorOf('nothing-*.onnx')).toContain(`${run}/nothing-*.onnx matches no object`);
  expect(await errorOf('notes.txt')).toContain(`${run}/notes.txt matches 1 object, none an .onnx`);
  expect(await errorOf('step-8/model.json')).toContain(
    `${run}/step-8/model.json: its file weights.bin is missing`,
  );
  expect(await errorOf('step-9/torn.onnx')).toContain(`${run}/step-9/torn.onnx: `);
});

it('refuses a checkpoint of S3 that was replaced after the sweep was resolved', async () => {
  const folder = await temporaryFolder();
  const run = freshAddress(s3());
  await upload(run, /step-0000/);
  await writeFile(join(folder, 'sweep.yaml'), specOf(`${run}/step-*/model.json`));
  const args = ['sweep', 'sweep.yaml', '--engine', 'temporal', '--store', freshAddress(s3()), '--json'];
  let replaced: Promise<void> | undefined;
  const sweep = unitscope(args, {
    cwd: folder,
    onProgress: (_, stderr) => {
      if (stderr.includes('workflow')) replaced ??= replace();
    },
  });
  const replace = async (): Promise<void> => {
    const store = await openStore(run);
    const bytes = await store.get('step-0000/weights.bin');
    await store.put(
      'step-0000/weights.bin',
      bytes.map((byte) => byte ^ 1),
    );
    process.env['UNITSCOPE_CACHE'] = join(folder, 'another-machine');
    await unitscopeWorker();
  };
  const { code, stdout } = await sweep;
  await replaced;
  process.env['UNITSCOPE_CACHE'] = join(trained, 'cache');
  expect(code).toBe(1);
  expect(stdout).toContain('has changed since the sweep was resolved');
});
