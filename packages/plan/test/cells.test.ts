import { expect, test } from 'vitest';
import { byLayerAndCategory, cellCount, checkpointCells, checkpointTasks } from '../src/cells.js';
import { compareText } from '@unitscope/base';
import { cellKeys } from '../src/content-key.js';
import type { Manifest } from '../src/manifest.js';

const statistics = { threshold: 50, minSelectiveRate: 0, bootstrap: 100 };

function modelsManifest(change: Partial<Manifest> = {}, backend = 'wasm'): Manifest {
  return {
    format: 'unitscope.manifest/1',
    sweep: 's',
    specDigest: '0',
    semantics: 1,
    density: 0.8,
    statistics,
    keepActivations: false,
    keepBirths: false,
    checkpoints: ['a', 'b'].map((label) => ({
      label,
      digest: `digest-${label}`,
      meta: {},
      model: { format: 'onnx', path: `/${label}`, files: [], backend, layerSet: 0 },
    })),
    source: {
      kind: 'models',
      layerSets: [
        {
          layers: ['conv1', 'conv2'].map((name, index) => ({
            name,
            index,
            tap: `${name}/relu`,
            units: 4,
            size: 14,
          })),
          unmeasured: [],
          batchSize: 50,
        },
      ],
      categories: ['one', 'zero'].map((label) => ({
        label,
        images: [{ label: 'i', sha256: label, encoding: 'png' }],
      })),
      images: {},
      maxPixels: 1,
      preprocess: 'unit',
      imageLibrary: 'sharp',
    },
    ...change,
  };
}

test('derives one extract task a category and one cell a layer', () => {
  const manifest = modelsManifest();
  expect(checkpointTasks(manifest, 1).map((task) => task.cells.map((c) => [c.category, c.layer]))).toEqual([
    [
      ['one', 'conv1'],
      ['one', 'conv2'],
    ],
    [
      ['zero', 'conv1'],
      ['zero', 'conv2'],
    ],
  ]);
  expect(cellCount(manifest, 0)).toBe(4);
});

test('cells come in the order of the result tables', () => {
  expect(checkpointCells(modelsManifest(), 0).map((c) => `${c.layer} ${c.category}`)).toEqual([
    'conv1 one',
    'conv1 zero',
    'conv2 one',
    'conv2 zero',
  ]);
});

test('text is ordered by its UTF-8 bytes, null first', () => {
  const words = ['b', 'ﬀ', '😀', 'a', 'aa', 'é', ''];
  const byBytes = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect([...words].sort(compareText)).toEqual(byBytes);
  const cell = { checkpoint: 0, layer: 'l', layerIndex: 0, size: 4 };
  expect(byLayerAndCategory({ ...cell, category: null }, { ...cell, category: '' })).toBeLessThan(0);
});

test('finds the activation cells of each checkpoint without reading the others', () => {
  const cells = [0, 0, 2].map((checkpoint, i) => ({
    checkpoint,
    layer: 'l',
    layerIndex: 0,
    category: `c${i}`,
    size: 7,
    files: [{ location: 'f', identity: { sha256: String(i) }, bytes: 1 }],
  }));
  const manifest = modelsManifest({ source: { kind: 'activations', cells } });
  expect([0, 1, 2, 3].map((c) => cellCount(manifest, c))).toEqual([2, 0, 1, 0]);
});

test('a content key changes with what determines the content and with nothing else', () => {
  const key = (manifest: Manifest, checkpoint = 0): string => {
    const [cell] = checkpointCells(manifest, checkpoint);
    if (cell === undefined) throw new Error('no cell');
    return cellKeys(manifest, cell).units;
  };
  const base = key(modelsManifest());
  expect(
    key(modelsManifest({ sweep: 'other', specDigest: '1', statistics: { ...statistics, threshold: 9 } })),
  ).toBe(base);
  expect(key(modelsManifest({ keepActivations: true }))).toBe(base);
  expect(key(modelsManifest({ keepActivations: true, compression: 'zstd' }))).toBe(base);
  const kept = (manifest: Manifest): string | null | undefined =>
    checkpointCells(manifest, 0).map((cell) => cellKeys(manifest, cell).activations)[0];
  expect(kept(modelsManifest({ compression: 'zstd' }))).not.toBe(kept(modelsManifest()));
  for (const other of [
    modelsManifest({ density: 0.5 }),
    modelsManifest({ semantics: 2 }),
    modelsManifest({}, 'tfjs-node'),
  ]) {
    expect(key(other)).not.toBe(base);
  }
  expect(key(modelsManifest(), 1)).not.toBe(base);
});
