// `npm run bench:distributed [-- --json] [--only workers|measure]`: what a second worker brings, and what the measure phase costs beside reading
// its input. Starts a local Temporal and a local S3 server, which share the cores with the workers.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { parseSpec } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { ActivationsWriter } from '@unitscope/tables';
import { resolveSweep, uploadInputs } from '@unitscope/tasks';
import { SweepClient } from '@unitscope/workflows';
import { startS3Server } from '../../infra/s3-server.mjs';
import { smallNetwork } from '../../test/bench/networks.mjs';
import { fetchTemporalCli, findTemporalCli, startTemporalServer } from '../../infra/temporal-server.mjs';

const ROUNDS = 3;
const CHECKPOINTS = 2;
const FILES = 24;
const UNITS = 100;
const IMAGES = 300;
const SIZE = 28;

const json = process.argv.includes('--json');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : null;
const say = (text) => process.stderr.write(`${text}\n`);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'unitscope-bench-'));
if (findTemporalCli() === undefined) await fetchTemporalCli();
const temporal = await startTemporalServer({ database: join(folder, 'temporal.db') });
const s3 = await startS3Server({ useEnvironment: false });
Object.assign(process.env, s3.env, { TEMPORAL_ADDRESS: temporal.address });
const client = await SweepClient.connect();
let stores = 0;
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const worker of running) worker.kill('SIGKILL');
    process.exit(1);
  });
}

try {
  const ratio = only === 'measure' ? null : await twoWorkersOverOne();
  const share = only === 'workers' ? null : await measureOverGet();
  if (json) console.log(JSON.stringify({ two_workers_over_one: ratio, measure_over_get: share }));
} finally {
  await client.close();
  await s3.stop();
  await temporal.stop();
  await rm(folder, { recursive: true, force: true });
}

/**
 * A compute bound sweep: forward passes of eight convolutions of 128 units at 56×56, one thread each, and the kernel over
 * their maps; nothing is kept but unit objects. The clock runs from the launch to the sweep's end; the workers are up and
 * have done a sweep before, so that what they run is compiled.
 */
async function twoWorkersOverOne() {
  for (let seed = 1; seed <= CHECKPOINTS; seed++)
    await writeFile(join(folder, `${seed}.onnx`), smallNetwork(8, 128, { size: 56, channels: 1, seed }));
  const text = (images) => `name: workers
source:
  models:
    checkpoints: ["*.onnx"]
    images: { from: mnist, perCategory: ${images} }
activations: discard
statistics: { bootstrap: 0 }
`;
  const seconds = { 1: [], 2: [] };
  for (let pass = 1; pass <= ROUNDS; pass++) {
    for (const count of [1, 2]) {
      const workers = await startWorkers(count, ['--threads', '1']);
      await launch(text(2));
      const { seconds: taken } = await launch(text(50));
      seconds[count].push(taken);
      await endWorkers(workers);
      say(`round ${pass}: ${count} worker${count > 1 ? 's' : ''} of one thread: ${taken.toFixed(2)} s`);
    }
  }
  const ratio = best(seconds[1]) / best(seconds[2]);
  say(`two workers over one: ${ratio.toFixed(2)} times`);
  return round(ratio);
}

/** One worker over activation files in S3, against GETs of the same objects with their SHA-256. */
async function measureOverGet() {
  const prefix = `maps-${Date.now()}`;
  const store = await openStore(`${s3.address}/${prefix}`);
  const names = Array.from({ length: FILES }, (_, i) => `${i}.arrow`);
  for (const [i, name] of names.entries()) await writeMaps(store, name, i);
  const bytes = (await Promise.all(names.map((name) => store.head(name)))).reduce(
    (sum, found) => sum + (found?.size ?? 0),
    0,
  );
  const text = `name: maps
source: { activations: ["${s3.address}/${prefix}/*.arrow"] }
statistics: { bootstrap: 0 }
`;
  /** @type {Record<string, number[]>} */
  const rates = { get: [], measure: [] };
  const [worker] = await startWorkers(1);
  for (let pass = 1; pass <= ROUNDS; pass++) {
    const started = performance.now();
    await getAll(names.map((name) => `${prefix}/${name}`));
    rates.get.push(bytes / 2 ** 20 / ((performance.now() - started) / 1000));
    const { run } = await launch(text);
    rates.measure.push(bytes / 2 ** 20 / (await phaseSeconds(run.workflowId)));
    say(
      `round ${pass}: ${(bytes / 2 ** 20).toFixed(0)} MiB: GET and SHA-256 ${rates.get.at(-1)?.toFixed(0)} MiB/s, ` +
        `measure ${rates.measure.at(-1)?.toFixed(0)} MiB/s`,
    );
  }
  await endWorkers([worker]);
  const share = Math.max(...rates.measure) / Math.max(...rates.get);
  say(`measure over GET: ${(100 * share).toFixed(0)} %`);
  return round(share);
}

async function launch(text) {
  const spec = join(folder, 'sweep.yaml');
  await writeFile(spec, text);
  const manifest = await resolveSweep(parseSpec(text, spec), folder);
  const store = `${s3.address}/bench-${++stores}`;
  await uploadInputs(manifest, await openStore(store));
  const started = performance.now();
  const { run } = await client.launch(manifest, store, { spec: text });
  const result = await run.result();
  if (result.failedTasks > 0) throw new Error(`${result.failedTasks} tasks failed`);
  return { run, seconds: (performance.now() - started) / 1000 };
}

/** From the first batch that a worker took to the last that was done, as Temporal noted it. */
async function phaseSeconds(workflowId) {
  const connection = await Connection.connect({ address: temporal.address });
  const { workflow } = new Client({ connection });
  let [first, last] = [Infinity, 0];
  for await (const info of workflow.list({ query: "WorkflowType = 'checkpointWorkflow'" })) {
    if (!info.workflowId.startsWith(workflowId)) continue;
    const { events } = await workflow.getHandle(info.workflowId, info.runId).fetchHistory();
    const tasks = new Set();
    for (const event of events ?? []) {
      const time = Number(event.eventTime?.seconds) + Number(event.eventTime?.nanos) / 1e9;
      const scheduled = event.activityTaskScheduledEventAttributes;
      const started = event.activityTaskStartedEventAttributes;
      const completed = event.activityTaskCompletedEventAttributes;
      if (scheduled?.activityType?.name?.endsWith('Tasks')) tasks.add(Number(event.eventId));
      if (started && tasks.has(Number(started.scheduledEventId))) first = Math.min(first, time);
      if (completed && tasks.has(Number(completed.scheduledEventId))) last = Math.max(last, time);
    }
  }
  await connection.close();
  return last - first;
}

async function getAll(keys) {
  const { endpoint, bucket } = s3;
  const aws = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1' });
  for (const Key of keys) {
    const { Body } = await aws.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const hash = createHash('sha256');
    for await (const chunk of /** @type {import('node:stream').Readable} */ (Body)) hash.update(chunk);
    hash.digest();
  }
  aws.destroy();
}

async function writeMaps(store, key, seed) {
  const writer = await store.createWriter(key);
  const images = Array.from({ length: IMAGES }, (_, i) => `image-${i}`);
  const table = await ActivationsWriter.begin(writer, {
    ...{ size: SIZE, images, checkpoint: 'step-0', layer: 'conv1', layerIndex: 0, category: String(seed) },
  });
  const values = new Float32Array(UNITS * SIZE * SIZE);
  let state = seed * 2 + 1;
  for (let image = 0; image < IMAGES; image++) {
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      values[i] = Math.max(0, state / 2 ** 31 - 1);
    }
    const units = Uint32Array.from({ length: UNITS }, (_, unit) => unit);
    await table.write(units, new Uint32Array(UNITS).fill(image), values);
  }
  await table.close();
  await writer.commit();
}

async function startWorkers(count, args = []) {
  const bin = join(root, 'apps', 'cli', 'dist', 'bin.js');
  return Promise.all(
    Array.from({ length: count }, async () => {
      const worker = spawn(process.execPath, [bin, 'worker', '--port', '0', '--grace', '1', ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      running.add(worker);
      worker.once('exit', () => running.delete(worker));
      await /** @type {Promise<void>} */ (
        new Promise((resolve, reject) => {
          worker.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)));
          worker.stderr.on('data', (chunk) => String(chunk).includes('"worker runs"') && resolve());
        })
      );
      return worker;
    }),
  );
}

async function endWorkers(workers) {
  await Promise.all(
    workers.map((worker) => {
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.kill('SIGTERM');
      return ended;
    }),
  );
}

function best(seconds) {
  return Math.min(...seconds);
}

function round(value) {
  return Math.round(value * 100) / 100;
}
