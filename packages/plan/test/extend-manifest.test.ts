import { expect, it } from 'vitest';
import { extendManifest } from '../src/extend-manifest.ts';
import { manifestFormat, type FilesManifest, type Manifest } from '../src/manifest.ts';

/** A sweep over activation files: one cell a checkpoint. */
function manifest(labels: readonly string[]): Manifest {
  return {
    format: manifestFormat,
    sweep: 'grows',
    specDigest: 'digest',
    semantics: 1,
    density: 0.8,
    statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 0 },
    keepActivations: false,
    keepBirths: false,
    checkpoints: labels.map((label) => ({ label, digest: label, meta: {} })),
    source: {
      kind: 'activations',
      cells: labels.map((label, checkpoint) => ({
        checkpoint,
        layer: label,
        layerIndex: 0,
        category: null,
        size: 14,
        files: [],
      })),
    },
  };
}

function cellsOf({ source }: Manifest): unknown[] {
  return source.kind === 'activations'
    ? source.cells.map(({ checkpoint, layer }) => [checkpoint, layer])
    : [];
}

it('adds the checkpoints that are new after those that were there, whose index stays', () => {
  const grown = extendManifest(manifest(['b', 'c']), manifest(['a', 'b', 'c', 'd']));
  expect(grown.checkpoints.map(({ label }) => label)).toEqual(['b', 'c', 'a', 'd']);
  expect(cellsOf(grown)).toEqual([
    [0, 'b'],
    [1, 'c'],
    [2, 'a'],
    [3, 'd'],
  ]);
});

it('takes no more checkpoints than it is told', () => {
  const grown = extendManifest(manifest(['a']), manifest(['a', 'b', 'c']), 2);
  expect(grown.checkpoints.map(({ label }) => label)).toEqual(['a', 'b']);
});

it('is the known manifest itself where nothing is new', () => {
  const known = manifest(['a', 'b']);
  expect(extendManifest(known, manifest(['b']))).toBe(known);
});

it('shows the images of the categories that there are now', () => {
  const shown = (label: string): Manifest['source'] => ({
    ...(manifest([label]).source as FilesManifest),
    shown: { categories: [{ label, images: [] }], images: { kind: 'mnist' }, maxPixels: 1, preprocess: {} },
  });
  const found = { ...manifest(['b']), source: shown('b') };
  const grown = extendManifest({ ...manifest(['a']), source: shown('a') }, found);
  expect(grown.source).toMatchObject({ shown: { categories: [{ label: 'b' }] } });
});
