import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { expect, it, onTestFinished } from 'vitest';
import { encodeManifest, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { defaultPace, sweepWorkflowId } from '@unitscope/workflows';
import { refused, temporaryFolder } from '../../e2e/support/command-line.js';
import { activationSweep, storeOf } from '../activation-sweep.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { unitscopeWorker } from '../workers.js';

// A client of the namespace that is not ours starts whatever it likes.

const temporal = useTemporalServer();

/** Starts a workflow by hand; answers why it failed. */
async function failureOf(input: unknown, workflow = 'sweepWorkflow'): Promise<string> {
  const connection = await Connection.connect({ address: temporal().address });
  onTestFinished(() => connection.close());
  const handle = await new Client({ connection }).workflow.start(workflow, {
    workflowId: `any-${Math.random()}`,
    taskQueue: 'unitscope',
    memo: { sweep: '../../x', store: 'file:///', content: '' },
    args: [input],
  });
  const failure: unknown = await handle.result().then(
    () => 'it did it',
    (error: unknown) => error,
  );
  const messages: string[] = [];
  for (let at = failure; at instanceof Error; at = at.cause) messages.push(at.message);
  return messages.join(': ');
}

function refOf(manifest: Manifest, store: string): object {
  const digest = createHash('sha256').update(encodeManifest(manifest)).digest('hex');
  return { sweep: manifest.sweep, store, manifest: digest, checkpoints: manifest.checkpoints.length };
}

it('a worker opens no store that it was not told, does not try again, and says who can allow it', async () => {
  const worker = await unitscopeWorker('--store', 's3://only-this/prefix');
  const sweep = await activationSweep();
  const input = { scope: 'all', window: 1, pace: defaultPace };
  for (const store of [
    storeOf(sweep),
    's3://only-this/other',
    's3://only-this/prefix?endpoint=http://127.0.0.1:9',
  ]) {
    const failure = await failureOf({ ...input, ref: refOf(sweep.manifest, store) });
    expect(failure).toContain('is no store that this worker serves: expected s3://only-this/prefix');
    expect(failure).toContain('UNITSCOPE_STORES');
  }
  expect(await readdir(sweep.folder)).toEqual(['maps', 'sweep.yaml']);
  await worker.kill();
});

it('a worker makes and removes no folder that a stored manifest names', async () => {
  const worker = await unitscopeWorker();
  const folder = await temporaryFolder();
  const victim = join(folder, 'victim');
  await mkdir(victim);
  await writeFile(join(victim, 'bait'), 'bait');
  const bytes = Buffer.from('ssh-ed25519 AAAA');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { manifest: tiny } = await activationSweep({ checkpoints: 1 });
  const layer = { name: 'l', index: 0, tap: 't', units: 1, size: 14 };
  const manifest = {
    ...tiny,
    checkpoints: [
      {
        ...tiny.checkpoints[0],
        digest: `${'../'.repeat(20)}${victim.slice(1)}`,
        model: {
          ...{ format: 'onnx', path: '/m.onnx', backend: 'x', layerSet: 0 },
          files: [{ name: 'authorized_keys', sha256, bytes: bytes.length }],
        },
      },
    ],
    source: {
      kind: 'models',
      layerSets: [{ layers: [layer], unmeasured: [], batchSize: 1 }],
      categories: [{ label: 'c', images: [{ label: 'i', sha256, encoding: 'png' }] }],
      images: { kind: 'mnist' },
      ...{ maxPixels: 1000, preprocess: 'unit', imageLibrary: 'x' },
    },
  } as unknown as Manifest;
  const address = pathToFileURL(join(folder, 'store')).href;
  const store = await openStore(address);
  await store.put('sweeps/tiny/manifest.json', Buffer.from(encodeManifest(manifest)));
  await store.put(`inputs/${sha256}`, bytes);
  const ref = refOf(manifest, address);
  expect(await failureOf({ ref, scope: 'all', window: 1, pace: defaultPace })).toContain(
    'checkpoints[0].digest: expected a SHA-256 of 64 lowercase hex digits',
  );
  expect(await readdir(victim)).toEqual(['bait']);
  expect(await readFile(join(victim, 'bait'), 'utf8')).toBe('bait');
  await worker.kill();
});

it('a workflow that is started with no input of ours fails at once', async () => {
  const worker = await unitscopeWorker();
  const sweep = await activationSweep();
  const ref = refOf(sweep.manifest, storeOf(sweep));
  const input = { ref, scope: 'all', window: 1, pace: defaultPace };
  const expected: [unknown, string][] = [
    [{ ...input, pace: { ...defaultPace, lanes: 1e9 } }, 'pace.lanes: expected'],
    [{ ...input, window: -1 }, 'window: expected'],
    [{ ...input, ref: { ...ref, sweep: '../../x' } }, 'ref.sweep: expected the name of a sweep'],
    [{ ...input, ref: { ...ref, manifest: '..' } }, 'ref.manifest: expected a SHA-256'],
    [null, 'input of a sweep: expected object'],
  ];
  for (const [value, message] of expected) expect(await failureOf(value)).toContain(message);
  const child = { ref, checkpoint: 1e6, scope: 'all', pace: defaultPace };
  expect(await failureOf({ ...child, checkpoint: -1 }, 'checkpointWorkflow')).toContain(
    'checkpoint: expected',
  );
  expect((await (await sweepClient()).list()).map(({ sweep: name }) => name)).not.toContain('../../x');
  await worker.kill();
});

it('the command line opens no store that a memo of others names', async () => {
  const cwd = await temporaryFolder();
  const bait = await temporaryFolder();
  await writeFile(join(bait, 'bait'), 'bait');
  const connection = await Connection.connect({ address: temporal().address });
  onTestFinished(() => connection.close());
  const store = pathToFileURL(bait).href;
  const ref = { sweep: 'lure', store, manifest: '0'.repeat(64), checkpoints: 1 };
  const handle = await new Client({ connection }).workflow.start('sweepWorkflow', {
    workflowId: sweepWorkflowId(ref),
    taskQueue: 'unitscope',
    memo: { sweep: 'lure', store, content: 'x' },
    args: [{ ref, scope: 'all', window: 1, pace: defaultPace }],
  });
  onTestFinished(() => void handle.terminate().catch(() => undefined));
  const client = await sweepClient();
  await expect.poll(async () => (await client.list()).map(({ sweep }) => sweep)).toContain('lure');
  for (const verb of ['retry', 'watch', 'pause', 'resume', 'cancel']) {
    const refusal = await refused([verb, 'lure'], { cwd });
    expect(refusal).toContain(`sweep "lure" is in ${store}, as the Temporal server says`);
  }
  expect(await readdir(bait)).toEqual(['bait']);
});
