import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openModel } from '@unitscope/models';
import { cellKeys, checkpointTasks, parseSpec, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { layersSchema, TableFile, unitsSchema } from '@unitscope/tables';
import { BirthKernel } from '@unitscope/topology';
import { aggregate } from '../../src/tables/aggregate.ts';
import { LocalImages } from '../../src/inputs/image-bytes.ts';
import { ImageLoader } from '../../src/inputs/image-loader.ts';
import { MapMeter } from '../../src/run/map-meter.ts';
import { layersOf } from '../../src/run/model-cache.ts';
import { resolveSweep } from '../../src/resolve/resolve-sweep.ts';
import { TaskRunner } from '../../src/run/task-runner.ts';
import { SweepObjects } from '../../src/sweeps/sweep-objects.ts';
import { COMPARISON_KEY, compareWithCpu } from '../../src/sweeps/proof/cpu-comparison.ts';
import { writeMeasured } from '../../src/tables/unit-objects.ts';

/** Made by make.py there: a graph, exported at two steps of a training. */
const FIXTURES = join(import.meta.dirname, '../../../models/test/fixtures/torch/mobile');
const ABSENT = process.platform === 'win32' ? 'coreml' : 'dml';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-providers-'));
  await cp(FIXTURES, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const resolved = (more = ''): Promise<Manifest> =>
  resolveSweep(
    parseSpec(
      `
name: s
source:
  models:
    network: graph-dynamo-plain.onnx
    checkpoints: [step-0.pt, step-1.pt]
    images: { from: folder, path: images, perCategory: 2 }
    batchSize: 1
${more}`,
      'spec',
    ),
    folder,
  );

/** As a machine with a GPU would resolve it. */
function onCuda(manifest: Manifest, providers = 'cuda+cpu'): Manifest {
  const checkpoints = manifest.checkpoints.map((checkpoint) => ({
    ...checkpoint,
    ...(checkpoint.model && {
      model: { ...checkpoint.model, backend: `${checkpoint.model.backend} providers ${providers}` },
    }),
  }));
  return { ...manifest, checkpoints };
}

const keysOf = (manifest: Manifest): string[] =>
  checkpointTasks(manifest, 0).flatMap(({ cells }) => cells.map((cell) => cellKeys(manifest, cell).units));

it('providers are part of the content key, and the CPU by name is not', async () => {
  const plain = await resolved();
  expect(keysOf(await resolved('    providers: [cpu]\n'))).toEqual(keysOf(plain));
  const cuda = keysOf(onCuda(plain));
  expect(cuda.length).toBeGreaterThan(3);
  expect(cuda.filter((key) => keysOf(plain).includes(key))).toEqual([]);
});

it('a provider that is not there is refused when the sweep is resolved, unless its workers are named', async () => {
  const spec = `    providers: [${ABSENT}, cpu]\n`;
  await expect(resolved(spec)).rejects.toThrow(`providers: '${ABSENT}' does not run here`);
  const elsewhere = await resolved(`${spec}    platform: linux-riscv64\n`);
  expect(elsewhere.checkpoints[0]?.model?.backend).toMatch(
    new RegExp(`^onnxruntime-node [0-9.]+ linux-riscv64 providers ${ABSENT}\\+cpu$`),
  );
}, 120_000);

it('a worker without the provider refuses the task', async () => {
  const runner = new TaskRunner(
    onCuda(await resolved(), `${ABSENT}+cpu`),
    await openStore(join(folder, 'store')),
  );
  await expect(runner.run({ kind: 'cells', checkpoint: 0, index: 0 })).rejects.toMatchObject({
    code: 'BACKEND_MISSING',
  });
  await runner.close();
}, 120_000);

it('counts the floats and births of the first batch that differ', async () => {
  const manifest = await resolved();
  const { source } = manifest;
  if (source.kind !== 'models') throw new Error('no models');
  const cells = checkpointTasks(manifest, 0)[0]?.cells ?? [];
  const at = async (step: number) => {
    const path = join(folder, `step-${step}.pt`);
    const model = await openModel(join(folder, 'graph-dynamo-plain.onnx'), { weights: { path } });
    return { model, layers: layersOf(model, path, cells) };
  };
  const [zero, same, one] = [await at(0), await at(0), await at(1)];
  const loader = new ImageLoader(source, new LocalImages(source));
  const batch = { loader, cells, batchSize: 1, kernel: new BirthKernel(), checkpoint: 'c' };
  const equal = await compareWithCpu(same, zero, batch);
  expect(equal).toEqual(
    cells.map(({ units = 0, size }) => ({
      ...{ maps: units, floats: units * size ** 2 },
      ...{ floats_differing: 0, births_differing: 0 },
    })),
  );
  // Other weights stand for a provider that computes otherwise.
  const other = await compareWithCpu(one, zero, batch);
  for (const found of other) expect(found.floats_differing).toBeGreaterThan(0);
  expect(other.reduce((sum, found) => sum + found.births_differing, 0)).toBeGreaterThan(0);
  for (const { model } of [zero, same, one]) await model.dispose();
});

it('the sum of what the objects say stands in the metadata of the result tables', async () => {
  const manifest = onCuda(await resolved());
  const store = await openStore(join(folder, 'store'));
  const cells = checkpointTasks(manifest, 0).flatMap((task) => task.cells);
  for (const [i, cell] of cells.entries()) {
    const meter = new MapMeter(new BirthKernel(), cell.size, false);
    const maps = Float32Array.from({ length: cell.size ** 2 }, (_, pixel) => Math.sin(pixel * pixel));
    meter.add(maps, Uint32Array.of(0), Uint32Array.of(0), String);
    const comparison = { maps: 1, floats: cell.size ** 2, floats_differing: i, births_differing: 1 };
    const measured = { meter, size: cell.size, images: ['0'] };
    await writeMeasured(store, cellKeys(manifest, cell), measured, null, {
      backend: manifest.checkpoints[0]?.model?.backend,
      ...(i < 2 && { comparison }),
    });
  }
  expect(await aggregate(manifest, store, 0)).toEqual([]);
  const [a = 0, b = 0] = cells.map(({ size }) => size ** 2);
  const objects = new SweepObjects('s');
  const label = manifest.checkpoints[0]?.label ?? '';
  for (const [key, schema] of [
    [objects.layers(label), layersSchema],
    [objects.units(label), unitsSchema],
  ] as const) {
    const reader = await store.open(key);
    const { metadata } = await TableFile.open<typeof schema.columns>(reader, schema);
    expect(JSON.parse(metadata.get(COMPARISON_KEY) ?? 'null')).toEqual({
      ...{ maps: 2, floats: a + b, floats_differing: 1, births_differing: 2 },
    });
    await reader.close();
  }
});
