import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellKeys, checkpointCells, SEMANTICS_VERSION, type Manifest } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import { encodeTable, unitHistogramsSchema, type Columns } from '@unitscope/tables';
import { foreignObjects, removeForeign } from '../../src/sweeps/proof/foreign-objects.ts';
import { objectWriter, writerFacts } from '../../src/sweeps/proof/object-writer.ts';
import { SweepObjects } from '../../src/sweeps/sweep-objects.ts';

const digest = 'ab'.repeat(32);
const backend = 'onnxruntime-node 1.30.0 linux-x64';
const OWN = `unitscope 0.2.0, semantics 2, kernel ${'0'.repeat(12)}, node 22.12.0 linux-x64, images sharp 1, backend ${backend}`;

/** Of a network with two layers, over one category. */
const manifest = {
  format: 'unitscope.manifest/1',
  ...{ sweep: 's', specDigest: digest, semantics: 2, kernel: '0'.repeat(64), density: 0.8 },
  statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 0 },
  ...{ keepActivations: false, keepBirths: false },
  checkpoints: [
    {
      ...{ label: 'a', digest, meta: {} },
      model: { format: 'onnx', path: '/a.onnx', files: [], backend, layerSet: 0 },
    },
  ],
  source: {
    kind: 'models',
    layerSets: [
      {
        layers: ['conv1', 'conv2'].map((name, index) => ({ name, index, tap: name, units: 1, size: 8 })),
        unmeasured: [],
        batchSize: 1,
      },
    ],
    categories: [{ label: 'cat', images: [{ label: 'x', sha256: digest, encoding: 'png' }] }],
    images: {},
    maxPixels: 1,
    preprocess: {},
    imageLibrary: 'sharp 1',
  },
} as const satisfies Manifest;

const rows: Columns<typeof unitHistogramsSchema.columns> = {
  unit: Uint32Array.of(0),
  images: Uint32Array.of(1),
  activation_mean: Float64Array.of(0.5),
  zeros: Float64Array.of(0),
  l1_norm: { values: Float64Array.of(0), valid: Uint8Array.of(0) },
  birth_histogram: {
    offsets: Uint32Array.of(0, 1),
    birth_rank: Uint32Array.of(3),
    images: Uint32Array.of(1),
  },
};

let folder = '';
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-foreign-'));
  store = await openStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes the unit object of a layer as a program that says this of itself. */
async function written(layer: string, writer: string | undefined): Promise<string> {
  const cell = checkpointCells(manifest, 0).find((one) => one.layer === layer);
  if (cell === undefined) throw new Error(`the test has no layer ${layer}`);
  const { units } = cellKeys(manifest, cell);
  const metadata = writer === undefined ? {} : { 'unitscope.writer': writer };
  await store.put(units, await encodeTable(unitHistogramsSchema, rows, { metadata }));
  return units;
}

describe('foreignObjects', () => {
  it.each([
    ['semantics 2', 'semantics 3', 'semantics version: expected 2, found 3'],
    ['kernel 000000000000', 'kernel 0123456789ab', 'kernel: expected 000000000000, found 0123456789ab'],
    ['images sharp 1', 'images sharp 2', 'image library: expected sharp 1, found sharp 2'],
    ['linux-x64, images', 'linux-arm64, images', undefined],
    [
      backend,
      'onnxruntime-node 1.31.0 linux-x64',
      'tensor backend: expected onnxruntime-node 1.30.0 linux-x64',
    ],
    ['unitscope 0.2.0', 'unitscope 0.3.0', undefined],
  ])('where the writer says not %j but %j it tells what differs in numbers', async (from, to, difference) => {
    await written('conv1', OWN);
    const writer = OWN.replace(from, to);
    expect(writer).not.toBe(OWN);
    const key = await written('conv2', writer);
    const foreign = await foreignObjects(manifest, store);
    if (difference === undefined) expect(foreign).toEqual([]);
    else {
      expect(foreign).toMatchObject([
        { key, sweep: 's', checkpoint: 'a', layer: 'conv2', category: 'cat', writer },
      ]);
      expect(foreign[0]?.differences.join()).toContain(difference);
    }
  });

  it('objects that name no writer, are damaged or not there tell nothing', async () => {
    await written('conv1', undefined);
    expect(await foreignObjects(manifest, store)).toEqual([]);
    await store.put(await written('conv1', OWN), Buffer.from('not an Arrow file'));
    expect(await foreignObjects(manifest, store)).toEqual([]);
  });
});

it('removeForeign removes them and the tables made of them, and no other object', async () => {
  const objects = new SweepObjects('s');
  for (const table of [objects.layers('a'), objects.units('a'), objects.checkpoints])
    await store.put(table, Buffer.from('table'));
  const kept = await written('conv1', OWN);
  await written('conv2', OWN.replace('semantics 2', 'semantics 3'));
  await removeForeign(store, await foreignObjects(manifest, store));
  const left: string[] = [];
  for await (const { key } of store.list('')) left.push(key);
  expect(left).toEqual([objects.checkpoints, kept].sort());
});

it('what this program writes tells the facts that are compared', async () => {
  const facts = writerFacts(await objectWriter(backend));
  expect(facts).toMatchObject({ semantics: String(SEMANTICS_VERSION), backend });
  expect(facts.kernel).toMatch(/^[0-9a-f]{12}$/);
  expect(facts.images).toMatch(/^sharp /);
  expect(writerFacts(await objectWriter())).toMatchObject({ images: undefined, backend: undefined });
});
