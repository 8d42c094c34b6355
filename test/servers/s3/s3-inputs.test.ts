import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkpointTasks, parseSpec, type Manifest } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import {
  collectGarbage,
  prepareSweep,
  resolveSweep,
  TaskRunner,
  uploadInputs,
  writeCheckpoints,
  type InputsFrom,
} from '@unitscope/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reluNoise, writeActivations } from '../../e2e/support/activation-files.js';
import { tinyCheckpoints } from '../../e2e/support/checkpoints.js';
import { freshAddress, useS3Server } from '../s3-server.js';

const server = useS3Server();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unitscope-inputs-'));
  process.env['UNITSCOPE_CACHE'] = path.join(folder, 'cache');
  await tinyCheckpoints(path.join(folder, 'ckpt'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MODELS = `
name: small
births: true
source:
  models:
    checkpoints: ["ckpt/step-*/model.json"]
    images: { from: mnist, perCategory: 6, categories: ["3", "7"] }
    backend: wasm
`;

const resolved = async (text: string): Promise<Manifest> =>
  resolveSweep(parseSpec(text, 'sweep.yaml'), folder);

async function runAll(manifest: Manifest, store: ObjectStore, inputs: InputsFrom): Promise<number> {
  await prepareSweep(store, manifest, 'name: small', { replace: false });
  await writeCheckpoints(manifest, store);
  const runner = new TaskRunner(manifest, store, { inputs });
  let maps = 0;
  for (const checkpoint of manifest.checkpoints.keys()) {
    for (const { index } of checkpointTasks(manifest, checkpoint)) {
      maps += (await runner.run({ kind: 'cells', checkpoint, index })).maps;
    }
    await runner.run({ kind: 'aggregate', checkpoint, index: 0 });
  }
  await runner.close();
  return maps;
}

async function results(store: ObjectStore): Promise<Record<string, string>> {
  const tables: Record<string, string> = {};
  for await (const { key } of store.list('sweeps/small/results/')) {
    tables[key] = Buffer.from(await store.get(key)).toString('base64');
  }
  return tables;
}

const localStore = async (): Promise<ObjectStore> => openStore(await mkdtemp(path.join(folder, 'store-')));

describe('a sweep whose inputs are objects', () => {
  test('needs nothing but the store, and gives the tables of the local one byte for byte', async () => {
    const manifest = await resolved(MODELS);
    const local = await localStore();
    expect(await runAll(manifest, local, 'local')).toBeGreaterThan(0);

    const remote = await openStore(freshAddress(server()));
    const uploaded = await uploadInputs(manifest, remote);
    expect(uploaded.present).toBe(0);
    // 12 images, and a model.json and its weights of each checkpoint, the model.json being the same.
    expect(uploaded.objects).toBe(12 + 3 + 1);
    await rename(path.join(folder, 'ckpt'), path.join(folder, 'away'));
    try {
      expect(await runAll(manifest, remote, 'store')).toBeGreaterThan(0);
    } finally {
      await rename(path.join(folder, 'away'), path.join(folder, 'ckpt'));
    }
    const expected = await results(local);
    expect(Object.keys(expected)).toHaveLength(1 + 3 * 3);
    expect(await results(remote)).toEqual(expected);
    expect(await uploadInputs(manifest, remote)).toEqual({ objects: 0, bytes: 0, present: 16 });
    // What a sweep needs is no garbage.
    expect(await collectGarbage(remote, { dryRun: true })).toMatchObject({ objects: 0 });
  });

  test('fetches a checkpoint again whose copy on this disk was damaged', async () => {
    const manifest = await resolved(MODELS);
    const remote = await openStore(freshAddress(server()));
    await uploadInputs(manifest, remote);
    const runner = new TaskRunner(manifest, remote, { inputs: 'store' });
    await runner.run({ kind: 'cells', checkpoint: 0, index: 0 });
    const cached = path.join(folder, 'cache', 'unitscope-checkpoints', manifest.checkpoints[1]!.digest);
    await rm(cached, { recursive: true, force: true });
    await mkdir(cached, { recursive: true });
    await writeFile(path.join(cached, 'model.json'), '{');
    expect((await runner.run({ kind: 'cells', checkpoint: 1, index: 0 })).maps).toBeGreaterThan(0);
    await runner.close();
    expect((await readdir(cached)).length).toBeGreaterThan(1);
  });

  test('refuses to upload a checkpoint that changed since, and names it', async () => {
    const manifest = await resolved(MODELS);
    const weights = path.join(folder, 'ckpt', 'step-0001');
    const [name] = (await readdir(weights)).filter((file) => file.endsWith('.bin'));
    const file = path.join(weights, name!);
    await copyFile(file, path.join(folder, 'before'));
    const bytes = await readFile(file);
    bytes[0]! ^= 1;
    await writeFile(file, bytes);
    try {
      const remote = await openStore(freshAddress(server()));
      await expect(uploadInputs(manifest, remote)).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
      await expect(uploadInputs(manifest, remote)).rejects.toThrow('step-0001');
      const sha256 = manifest.checkpoints[1]!.model!.files.find((part) => part.name === name)!.sha256;
      expect(await remote.head(`inputs/${sha256}`)).toBeUndefined();
    } finally {
      await copyFile(path.join(folder, 'before'), file);
    }
  });
});

describe('a sweep over activation files', () => {
  const spec = (pattern: string): string => `name: small\nsource: { activations: ["${pattern}"] }\n`;

  async function writeFiles(): Promise<string> {
    const acts = await mkdtemp(path.join(folder, 'acts-'));
    for (const [i, category] of ['cat', 'dog'].entries()) {
      const labels = { checkpoint: 'one', layer: 'conv1', layerIndex: 0, category };
      await writeActivations(path.join(acts, `${category}.arrow`), reluNoise(i), labels);
    }
    return acts;
  }

  test('uploads local files, and measures them from the store', async () => {
    const acts = await writeFiles();
    const manifest = await resolved(spec(`${path.basename(acts)}/*.arrow`));
    const local = await localStore();
    await runAll(manifest, local, 'local');
    const remote = await openStore(freshAddress(server()));
    expect(await uploadInputs(manifest, remote)).toMatchObject({ objects: 2 });
    await rm(acts, { recursive: true });
    await runAll(manifest, remote, 'store');
    expect(await results(remote)).toEqual(await results(local));
  });

  test('finds objects by glob and by prefix, known by their SHA-256 where unitscope wrote them', async () => {
    const acts = await writeFiles();
    const address = freshAddress(server());
    const source = await openStore(address);
    for (const name of await readdir(acts))
      await source.put(`deep/${name}`, await readFile(path.join(acts, name)));
    const local = await resolved(spec(`${path.basename(acts)}/*.arrow`));
    const store = await localStore();
    await runAll(local, store, 'local');
    for (const pattern of [`${address}/deep/*.arrow`, `${address}/*/{cat,dog}.arrow`, `${address}/`]) {
      // Tables say which spec they are from, and its patterns differ.
      const manifest = { ...(await resolved(spec(pattern))), specDigest: local.specDigest };
      expect(manifest.checkpoints).toEqual(local.checkpoints);
      expect(await uploadInputs(manifest, store)).toMatchObject({ objects: 0, present: 0 });
      const remote = await openStore(freshAddress(server()));
      await runAll(manifest, remote, 'store');
      expect(await results(remote)).toEqual(await results(store));
    }
    await expect(resolved(spec(`${address}/nothing/*.arrow`))).rejects.toThrow('matches no object');
  });

  test('refuses an object that was replaced since the sweep was resolved', async () => {
    const acts = await writeFiles();
    const address = freshAddress(server());
    const source = await openStore(address);
    await source.put('cat.arrow', await readFile(path.join(acts, 'cat.arrow')));
    const manifest = await resolved(spec(`${address}/cat.arrow`));
    await source.put('cat.arrow', await readFile(path.join(acts, 'dog.arrow')));
    const runner = new TaskRunner(manifest, await localStore());
    const task = runner.run({ kind: 'cells', checkpoint: 0, index: 0 });
    await expect(task).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
    await runner.close();
  });
});
