import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeManifest, decodeManifest, parseSpec, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { ModelCache } from '../../src/run/model-cache.ts';
import { resolveSweep } from '../../src/resolve/resolve-sweep.ts';
import { CheckpointFolder } from '../../src/inputs/stored-inputs.ts';
import { uploadInputs } from '../../src/inputs/upload-inputs.ts';

/** Made by make.py there. */
const FIXTURES = join(import.meta.dirname, '../../../models/test/fixtures/torch/mobile');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-weights-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function resolved(checkpoints: string): Promise<Manifest> {
  const runs = join(folder, 'runs');
  await cp(FIXTURES, runs, { recursive: true });
  const text = `
name: s
source:
  models:
    network: graph-legacy-plain.onnx
    exportedFrom: step-0.pt
    checkpoints: ${checkpoints}
    images: { from: folder, path: images, perCategory: 1 }
`;
  // As a worker reads it.
  return decodeManifest(encodeManifest(await resolveSweep(parseSpec(text, 'spec'), runs)), 'manifest.json');
}

/** The maps of a checkpoint on an image that is the same everywhere. */
async function mapsOf(cache: ModelCache, checkpoint: number): Promise<number[]> {
  const model = await cache.model(checkpoint);
  const sums: number[] = [];
  await model.forward(new Float32Array(32 * 32 * 3).fill(0.5), 1, model.layers, (_layer, maps) => {
    sums.push(maps.reduce((sum, value) => sum + value, 0));
  });
  return sums;
}

it('a worker finds graph and weights in the store, each sent once, and has the maps of this machine', async () => {
  const manifest = await resolved('[step-1.pt, model.safetensors.index.json, step-0.pt]');
  const store = await openStore(join(folder, 'store'));
  // The graph, two .pt, an index with two shards, and an image.
  expect(await uploadInputs(manifest, store)).toMatchObject({ objects: 7, present: 0 });
  expect(await uploadInputs(manifest, store)).toMatchObject({ objects: 0, present: 7 });
  const local = new ModelCache(manifest, new CheckpointFolder(null, join(folder, 'none')), 'local');
  const here = [await mapsOf(local, 0), await mapsOf(local, 1), await mapsOf(local, 2)];
  await local.close();
  await rm(join(folder, 'runs'), { recursive: true });
  const remote = new ModelCache(manifest, new CheckpointFolder(store, join(folder, 'cache')), 'store');
  expect([await mapsOf(remote, 0), await mapsOf(remote, 1), await mapsOf(remote, 2)]).toEqual(here);
  await remote.close();
  expect(here[0]).toEqual(here[1]);
  expect(here[0]).not.toEqual(here[2]);
});

it('a file that was replaced since the sweep was resolved is refused, be it the graph or the weights', async () => {
  const manifest = await resolved('[step-1.pt]');
  const runs = join(folder, 'runs');
  for (const [changed, other] of [
    ['step-1.pt', 'step-0.pt'],
    ['graph-legacy-plain.onnx', 'graph-dynamo-plain.onnx'],
  ] as const) {
    await cp(join(FIXTURES, other), join(runs, changed));
    const cache = new ModelCache(manifest, new CheckpointFolder(null, join(folder, 'none')), 'local');
    await expect(cache.model(0)).rejects.toThrow(
      `${changed}: the checkpoint has changed since the sweep was resolved`,
    );
    await cp(join(FIXTURES, changed), join(runs, changed));
  }
});
