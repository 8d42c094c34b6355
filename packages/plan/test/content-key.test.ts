import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkpointCells, type Cell } from '../src/cells.js';
import { cellKeys } from '../src/content-key.js';
import type { Manifest, ManifestImage, ManifestLayer, ModelsManifest } from '../src/manifest.js';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

function images(count: number, of: string): ManifestImage[] {
  return Array.from({ length: count }, (_, i) => ({
    label: `${of}/${i}`,
    encoding: i % 3 === 0 ? ('png' as const) : ('float32' as const),
    sha256: digest(`${of} ${i}`),
  }));
}

const layers: ManifestLayer[] = [
  { name: 'conv1', index: 0, tap: 'conv1/relu', activation: 'relu', size: 28, units: 8 },
  { name: 'größer', index: 1, tap: 'größer', size: 14, units: 16, croppedFrom: { height: 14, width: 20 } },
  { name: '漢字', index: 2, tap: '漢字:0', size: 7, units: 4, croppedFrom: { height: 9, width: 7 } },
] as ManifestLayer[];

function manifest(changes: Partial<Manifest> = {}): Manifest {
  const source = {
    kind: 'models',
    preprocess: { resize: { size: 28 }, layout: 'nchw', mean: [0.5], note: 'é 漢 😀' },
    imageLibrary: 'sharp 0.35.5',
    categories: [
      { label: 'none', images: [] },
      { label: 'one', images: images(1, 'one') },
      { label: 'many', images: images(70, 'many') },
    ],
    layerSets: [
      { batchSize: 8, layers },
      { layers, inputSize: { height: 96, width: 96 } },
    ],
  };
  const checkpoint = (label: string, layerSet: number, backend: string): unknown => ({
    label,
    digest: digest(label),
    model: { layerSet, backend, path: `${label}.onnx` },
  });
  return {
    semantics: 3,
    density: 0.8,
    keepBirths: false,
    source,
    checkpoints: [
      checkpoint('a', 0, 'onnxruntime 1.30.0'),
      checkpoint('b', 1, 'tfjs-node 4.22.0'),
      checkpoint('c', 1, 'onnxruntime 1.30.0'),
    ],
    ...changes,
  } as unknown as Manifest;
}

const cellsOf = (of: Manifest): Cell[] => of.checkpoints.flatMap((_, index) => checkpointCells(of, index));

/** One digest over the keys of every cell, in their order. */
function allKeys(of: Manifest): string {
  return digest(JSON.stringify(cellsOf(of).map((cell) => cellKeys(of, cell))));
}

test('keys are those that were recorded before the state of their common prefix was held', () => {
  const plain = manifest();
  const [first] = cellsOf(plain) as [Cell];
  expect(cellKeys(plain, first)).toEqual({
    activations: 'activations/37c123a458b0d6a781327c305a1da9834b2140d01c5cdb0a51ec6bd3c663cf8f.arrow',
    units: 'units/5a9f1438d5a868d208060e770432487607565fe013c4e4836ae3cec0605c4ba2.arrow',
    births: 'births/1f43aa5502a50b96275da1fa951da1f864df5205fde9894725e02577a97e8f01.arrow',
  });
  expect(allKeys(plain)).toBe('0aad5ce5ef2eb7ad926fc158b98c21eb63cdfc3455640621a745802f85999e44');
  // Asked again, of what is held by now.
  expect(allKeys(plain)).toBe('0aad5ce5ef2eb7ad926fc158b98c21eb63cdfc3455640621a745802f85999e44');
  expect(allKeys(manifest({ compression: 'zstd' }))).toBe(
    'e3f2c9e18a95ab758be9a8f80c702ef9d3850db80186c059c97b2bfeab6dce5f',
  );
  expect(allKeys(manifest({ density: 0.5, semantics: 2 }))).toBe(
    '3ea9e319ab00b1348cfa2b23e46a63d42bf4f042b06ba6ddf7d2851cca368f14',
  );
});

test('keys of activation files are those that were recorded', () => {
  const files = manifest();
  const cell = {
    checkpoint: 0,
    category: 'cat',
    layer: 'conv',
    layerIndex: null,
    size: 14,
    files: [
      { location: 'x', identity: { sha256: digest('x') }, bytes: 3 },
      { location: 'y', identity: { etag: '"1"', bytes: 7, location: 's3://b/y' }, bytes: 7 },
    ],
  } as unknown as Cell;
  expect(cellKeys(files, cell)).toEqual({
    activations: null,
    units: 'units/66823cd367b7a071a1a73ff30b65bc39a0cde43f172a5659976dccee9df3f399.arrow',
    births: 'births/c386ce01fff67fc1fc9836d35ce58f21c1c06e0b0dabdae6aba8ad5c3b784ae6.arrow',
  });
});

test.each([
  [
    'backend',
    (): Manifest =>
      manifest({
        checkpoints: [{ ...manifest().checkpoints[0], model: { layerSet: 0, backend: 'other' } }],
      } as unknown as Partial<Manifest>),
  ],
  [
    'batch size',
    (): Manifest => withSource((source) => ({ ...source, layerSets: [{ batchSize: 9, layers }] })),
  ],
  ['image library', (): Manifest => withSource((source) => ({ ...source, imageLibrary: 'sharp 1' }))],
  ['preprocessing', (): Manifest => withSource((source) => ({ ...source, preprocess: { mean: [0.25] } }))],
  [
    'input size',
    (): Manifest =>
      withSource((source) => ({
        ...source,
        layerSets: [{ ...source.layerSets[0], inputSize: { height: 1, width: 1 } }],
      })),
  ],
])('another %s gives other keys for the very same list of images', (_, other) => {
  const before = manifest();
  const held = (before.source as ModelsManifest).categories[2]?.images;
  const changed = other();
  const keys = (of: Manifest): string => cellKeys(of, { ...cellsOf(of)[1], images: held } as Cell).units;
  expect(keys(changed)).not.toBe(keys(before));
});

function withSource(change: (source: ModelsManifest) => unknown): Manifest {
  const { source } = manifest();
  return manifest({
    source: change(source as ModelsManifest),
    checkpoints: [manifest().checkpoints[0]],
  } as Partial<Manifest>);
}
