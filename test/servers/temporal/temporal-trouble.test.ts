import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableFromIPC } from 'apache-arrow';
import { parseSpec, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { PROGRAM_VERSION, recordedFailures, resolveSweep } from '@unitscope/tasks';
import { tinyCheckpoints } from '../../e2e/support/checkpoints.js';
import { BIN, done, temporaryFolder } from '../../e2e/support/command-line.js';
import { resultsOf } from '../../e2e/support/results.js';
import { nextRelease, otherBuild } from '../other-build.js';
import { freshAddress, useS3Server } from '../s3-server.js';
import { resultsIn } from '../sweep-results.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { healthOf, notingWorker, unitscopeWorker, workerOf } from '../workers.js';

const s3 = useS3Server();
useTemporalServer();

const text = `name: tiny
source:
  models:
    checkpoints: ["step-*/model.json"]
    images: { from: mnist, perCategory: 3, categories: ["0", "1", "2", "3"] }
    backend: wasm
    batchSize: 3
statistics: { bootstrap: 0 }
`;
/** Small batches, so that both workers get some. */
const pace = { batchTasks: 1 };

let folder = '';
let manifest: Manifest;
let local: Record<string, Buffer> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-trouble-'));
  await tinyCheckpoints(folder);
  await writeFile(join(folder, 'sweep.yaml'), text);
  manifest = await resolveSweep(parseSpec(text, 'sweep.yaml'), folder);
  await done(['sweep', 'sweep.yaml', '--store', 'local', '--threads', '1'], { cwd: folder });
  local = await resultsOf(folder, 'tiny', 'local');
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const cells = (): number =>
  12 * (manifest.source.kind === 'models' ? (manifest.source.layerSets[0]?.layers.length ?? 0) : 0);

async function unusableCache(): Promise<NodeJS.ProcessEnv> {
  const place = await temporaryFolder();
  await writeFile(join(place, 'file'), '');
  return { UNITSCOPE_CACHE: join(place, 'file', 'cache') };
}

// The first: for five minutes the server remembers who has asked for work.
it('ends a sweep by the refusal of the only worker, with its reason', async () => {
  await notingWorker({ AWS_SECRET_ACCESS_KEY: 'wrong', WORKER_PATIENCE: '3' });
  const client = await sweepClient();
  const { run } = await client.launch(manifest, freshAddress(s3()), { spec: text, pace });
  await expect(run.result()).rejects.toMatchObject({ code: 'STORE_ACCESS' });
}, 240_000);

it.each<[string, () => Promise<NodeJS.ProcessEnv>, RegExp]>([
  [
    'whose cache cannot be used',
    unusableCache,
    /^ailing\nCACHE_UNUSABLE: the folder for fetched checkpoints/,
  ],
  [
    'with wrong keys',
    () => Promise.resolve({ AWS_SECRET_ACCESS_KEY: 'wrong' }),
    /^ailing\nSTORE_ACCESS: the S3 credentials are wrong for this server/,
  ],
])(
  'has all done by the good worker beside one %s, which stops to ask for more and says why',
  async (_, trouble, page) => {
    const bad = await workerOf(BIN, await trouble());
    const client = await sweepClient();
    const address = freshAddress(s3());
    const { run } = await client.launch(manifest, address, {
      spec: text,
      pace,
    });
    // Alone it falls ill; then a good one comes.
    await expect.poll(() => healthOf(bad), { timeout: 60_000 }).toMatchObject({ status: 503 });
    expect((await healthOf(bad)).text).toMatch(page);
    await workerOf(BIN, { UNITSCOPE_CACHE: join(await temporaryFolder(), 'cache') });
    expect(await run.result()).toMatchObject({ cells: { done: cells(), failed: 0 }, failedTasks: 0 });
    expect(await resultsIn(address, 'tiny')).toEqual(local);
    // A line for each new reason, none for each try: a slow server may be another reason for a while.
    const reasons = [...bad.log().matchAll(/"worker ails: it rests.*"code":"(\w+)"/g)].map(
      ([, code]) => code,
    );
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((code, i) => code === reasons[i - 1])).toEqual([]);
  },
  240_000,
);

it('has a task done by another worker where one has not the memory for it', async () => {
  await notingWorker({ TASK_HUNGRY: '1' });
  await notingWorker({});
  const client = await sweepClient();
  const address = freshAddress(s3());
  const { run } = await client.launch(manifest, address, { spec: text, pace });
  expect(await run.result()).toMatchObject({ cells: { done: cells(), failed: 0 } });
  expect(await resultsIn(address, 'tiny')).toEqual(local);
});

it('sets a task aside that two workers have not the memory for, names it, and does its neighbours', async () => {
  await notingWorker({ TASK_HUNGRY: '1' });
  await notingWorker({ TASK_HUNGRY: '1' });
  const client = await sweepClient();
  const address = freshAddress(s3());
  const { run } = await client.launch(manifest, address, { spec: text, pace });
  expect(await run.result()).toMatchObject({ cells: { done: (cells() * 3) / 4, failed: cells() / 4 } });
  const failures = await recordedFailures('tiny', await openStore(address));
  expect(failures).toHaveLength(manifest.checkpoints.length);
  for (const { category, code, message } of failures) {
    expect([category, code]).toEqual(['1', 'OUT_OF_MEMORY']);
    expect(message).toMatch(/^on 2 workers: out of memory: .*give it more memory, fewer threads/);
  }
});

it('has nothing done by a worker of another release: it refuses and says so once, and the others do the work', async () => {
  const client = await sweepClient();
  const address = freshAddress(s3());
  const other = await workerOf(await otherBuild(nextRelease), {});
  const { run } = await client.launch(manifest, address, { spec: text, pace });
  await expect
    .poll(async () => (await healthOf(other)).text, { timeout: 60_000 })
    .toContain('refused: sweep "tiny"');
  await unitscopeWorker();
  expect(await run.result()).toMatchObject({ cells: { done: cells(), failed: 0 } });
  expect(await resultsIn(address, 'tiny')).toEqual(local);
  expect(other.log().match(/"worker refuses a sweep"/g)).toHaveLength(1);
  const store = await openStore(address);
  for await (const { key } of store.list('units/')) {
    const { metadata } = tableFromIPC(await store.get(key)).schema;
    expect(metadata.get('unitscope.writer')).toContain(
      `unitscope ${PROGRAM_VERSION}, semantics ${manifest.semantics},`,
    );
  }
}, 240_000);
