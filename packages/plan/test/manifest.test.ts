import { describe, expect, it } from 'vitest';
import { ManifestError, ManifestVersionError } from '../src/errors.ts';
import { type Manifest } from '../src/manifest.ts';
import { decodeManifest, encodeManifest } from '../src/manifest-text.ts';

const digest = '0123456789abcdef'.repeat(4);
const NAME = 'sweeps/s/manifest.json';

/** A sweep over models, as `resolveSweep` makes them. */
function manifest(): Manifest {
  return {
    format: 'unitscope.manifest/1',
    sweep: 's',
    specDigest: digest,
    semantics: 1,
    density: 0.8,
    statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 1000 },
    keepActivations: false,
    keepBirths: false,
    checkpoints: ['a', 'b'].map((label) => ({
      label,
      digest,
      meta: { step: 1, loss: 0.5, note: null },
      model: {
        format: 'onnx',
        path: `/models/${label}.onnx`,
        files: [
          { name: `${label}.onnx`, sha256: digest, bytes: 10 },
          { name: 'weights/part-1.bin', sha256: digest, bytes: 0 },
        ],
        backend: 'onnxruntime 1.2.3',
        layerSet: 0,
      },
    })),
    source: {
      kind: 'models',
      layerSets: [
        {
          layers: [{ name: 'conv\u001b[31m', index: 0, tap: 't', units: 4, size: 14 }],
          unmeasured: [{ name: 'conv2', reason: 'not square' }],
          batchSize: 50,
        },
      ],
      categories: [
        { label: 'cat', images: [{ label: '1.png', sha256: digest, encoding: 'png' }] },
        { label: '../dog', images: [], skipped: [{ label: 'x', reason: 'cut' }] },
      ],
      images: { kind: 'folder', path: '/images' },
      maxPixels: 50_000_000,
      preprocess: { channels: 'rgb', mean: [0.5] },
      imageLibrary: 'sharp 1',
    },
  };
}

function activations(): Manifest {
  const file = { location: '/maps/a.arrow', identity: { sha256: digest }, bytes: 4 };
  const remote = { location: 's3://bucket/a.arrow', identity: { etag: '"x"', bytes: 4 }, bytes: 4 };
  const cell = { layer: null, layerIndex: null, category: null, size: 14, files: [file, remote] };
  return {
    ...manifest(),
    checkpoints: ['a', 'b'].map((label) => ({ label, digest, meta: {} })),
    source: { kind: 'activations', cells: [0, 0, 1].map((checkpoint) => ({ ...cell, checkpoint })) },
  };
}

/** The text of a manifest with another value at a place. */
function changed(from: Manifest, path: string, value: unknown): string {
  const whole = JSON.parse(encodeManifest(from)) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = whole;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return JSON.stringify(whole);
}

const refusal = (text: string): string => {
  try {
    decodeManifest(text, NAME);
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
    return (error as Error).message;
  }
  return 'accepted';
};

describe('decodeManifest', () => {
  it('gives back what was encoded, to the byte', () => {
    for (const whole of [manifest(), activations(), { ...manifest(), compression: 'zstd' as const }]) {
      const text = encodeManifest(whole);
      expect(encodeManifest(decodeManifest(text, NAME))).toBe(text);
    }
  });

  it.each([
    ['checkpoints.0.digest', '../../../../tmp/victim'],
    ['checkpoints.0.digest', digest.toUpperCase()],
    ['checkpoints.0.digest', `${digest}\n`],
    ['checkpoints.1.model.files.0.sha256', `${digest.slice(1)}/`],
    ['checkpoints.1.model.files.0.name', '../x.onnx'],
    ['checkpoints.1.model.files.0.name', 'a/../../x.onnx'],
    ['checkpoints.1.model.files.0.name', 'a\\..\\..\\x.onnx'],
    ['checkpoints.1.model.files.0.name', '/etc/passwd'],
    ['checkpoints.1.model.files.0.name', 'C:/x.onnx'],
    ['checkpoints.1.model.files.0.name', ''],
    ['checkpoints.1.model.files.0.name', 'a/..'],
    ['checkpoints.1.model.files.0.name', 'a\0'],
    ['checkpoints.1.model.files.0.bytes', -1],
    ['checkpoints.1.model.files', []],
    ['checkpoints.1.model.path', 'relative.onnx'],
    ['checkpoints.1.model.path', 'https://host/x.onnx'],
    ['checkpoints.1.model.layerSet', 1],
    ['checkpoints.1.model.layerSet', -1],
    ['checkpoints.1.model', undefined],
    ['checkpoints.1.label', 'a'],
    ['checkpoints.1.label', ''],
    ['checkpoints.1.meta', { x: { deep: 1 } }],
    ['checkpoints', {}],
    ['sweep', '../other'],
    ['specDigest', 'x'],
    ['semantics', 0.5],
    ['density', 2],
    ['statistics.bootstrap', 1e12],
    ['compression', 'gzip'],
    ['source.layerSets.0.batchSize', 1e9],
    ['source.layerSets.0.layers.0.units', 1.5],
    ['source.layerSets.0.layers.0.size', 2 ** 40],
    ['source.categories.0.images.0.sha256', '../../etc/shadow'],
    ['source.kind', 'other'],
    ['unknown', 1],
  ])('refuses %s = %j and names the place', (path, value) => {
    const message = refusal(changed(manifest(), path, value));
    expect(message).toContain(NAME);
    expect(message).toContain(path.replace(/\.(\d+)/g, '[$1]').replace(/\.kind$/, ''));
  });

  it.each([
    ['source.cells.2.checkpoint', 2],
    ['source.cells.0.checkpoint', 1],
    ['source.cells.0.files.0.identity', { etag: 'x', bytes: 4 }],
    ['source.cells.0.files.0.location', 'file:///etc/passwd'],
    ['source.cells.0.files.0.identity.sha256', '..'],
    ['source.cells.0.files', []],
    ['source.cells.0.size', 0],
  ])('refuses activation files with %s = %j', (path, value) => {
    expect(refusal(changed(activations(), path, value))).toContain(path.slice(0, 12));
  });

  it('says what is no JSON, what is no manifest, and how to be rid of it', () => {
    expect(refusal('{')).toContain('not JSON');
    expect(refusal('null')).toContain('expected the format unitscope.manifest/1, found nothing');
    expect(refusal('[]')).toContain('--replace');
  });

  it('tells a manifest of another version from one that is damaged', () => {
    const text = changed(manifest(), 'format', 'unitscope.manifest/2');
    expect(() => decodeManifest(text, NAME)).toThrow(ManifestVersionError);
  });

  it('shows control characters of an unknown key as JSON does', () => {
    const message = refusal(changed(manifest(), '\u001b[31mred', 1));
    expect(message).toContain('\\u001b');
    expect(message).not.toContain('\u001b');
  });

  it('keeps a key called __proto__ from becoming a prototype', () => {
    const text = encodeManifest(manifest()).replace('"step": 1', '"__proto__": 1');
    const { checkpoints } = decodeManifest(text, NAME);
    expect(Object.keys(checkpoints[0]?.meta ?? {})).toContain('__proto__');
  });
});
