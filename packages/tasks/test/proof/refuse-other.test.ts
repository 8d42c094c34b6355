import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { imageLibraryId } from '@unitscope/datasets';
import { backendId } from '@unitscope/models';
import { SEMANTICS_VERSION, type Manifest } from '@unitscope/plan';
import { birthRankReference } from '@unitscope/topology';
import { kernelDigest, proofMaps } from '../../src/sweeps/proof/kernel-proof.js';
import { PROGRAM_VERSION } from '../../src/sweeps/proof/program-version.js';
import { refuseOther, writerId } from '../../src/sweeps/proof/refuse-other.js';

const imageLibrary = await imageLibraryId();
const backend = await backendId('onnx');

function manifest(change: Partial<Manifest> = {}, library = imageLibrary, build = backend): Manifest {
  const source = { kind: 'models', imageLibrary: library } as Manifest['source'];
  const model = { format: 'onnx', path: '', files: [], backend: build, layerSet: 0 };
  const checkpoints = [{ label: 'c', digest: '', meta: {}, model }];
  const facts = { sweep: 's', semantics: SEMANTICS_VERSION, kernel: kernelDigest() };
  return { ...facts, checkpoints, source, ...change } as Manifest;
}

describe('refuseOther', () => {
  it('lets pass what was resolved by the same program', async () => {
    await expect(refuseOther(manifest())).resolves.toBeUndefined();
  });

  it.each<[string, Manifest]>([
    ['semantics version', manifest({ semantics: SEMANTICS_VERSION + 1 })],
    ['kernel', manifest({ kernel: '0'.repeat(64) })],
    ['image library', manifest({}, 'sharp 0.1.0 libvips 8.0.0')],
    ['tensor backend', manifest({}, imageLibrary, 'onnxruntime-node 1.30.0 plan9-mips')],
  ])('refuses another %s, and names it', async (what, other) => {
    const refusal = refuseOther(other);
    await expect(refusal).rejects.toMatchObject({ code: 'WORKER_DIFFERS' });
    await expect(refusal).rejects.toThrow(
      new RegExp(`sweep "s" was resolved by another program .*${what}: expected`),
    );
  });
});

describe('kernelDigest', () => {
  it('is of births that the reference gives too', () => {
    const hash = createHash('sha256');
    for (const { size, maps } of proofMaps()) {
      const each = Array.from({ length: maps.length / size ** 2 }, (_, i) =>
        maps.subarray(i * size ** 2, (i + 1) * size ** 2),
      );
      hash.update(Uint32Array.from(each, (map) => birthRankReference(map, size) ?? 0));
      hash.update(Float64Array.from(each, (map) => map.reduce((sum, value) => sum + value, 0)));
      hash.update(
        Uint32Array.from(each, (map) => map.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0)),
      );
    }
    expect(kernelDigest()).toBe(hash.digest('hex'));
  }, 60_000);
});

describe('writerId', () => {
  it('names the version of the packages', () => {
    const root = new URL('../../../../', import.meta.url);
    const folders = [
      ...readdirSync(new URL('packages', root)).map((name) => `packages/${name}`),
      'apps/cli',
      'workflows',
    ].filter((folder) => existsSync(new URL(`${folder}/package.json`, root))); // packages/python has none
    expect(folders.length).toBeGreaterThan(10);
    for (const folder of folders) {
      const { version } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8')) as {
        version: string;
      };
      expect(version).toBe(PROGRAM_VERSION);
    }
    expect(writerId()).toContain(`unitscope ${PROGRAM_VERSION}, semantics ${SEMANTICS_VERSION}, kernel `);
  });
});
