import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeManifest, ManifestError, ManifestVersionError, type Manifest } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import { collectGarbage } from '../src/sweeps/collect-garbage.ts';
import { readProgress } from '../src/sweeps/progress-note.ts';
import { listSweeps } from '../src/sweeps/completeness/sweep-status.ts';
import { prepareSweep, readManifest, sweepNames } from '../src/sweeps/sweeps.ts';
import { recordedFailures } from '../src/run/task-failures.ts';
import { verifyStore } from '../src/sweeps/verify-store.ts';

const digest = 'ab'.repeat(32);

function manifest(sweep: string): Manifest {
  return {
    format: 'unitscope.manifest/1',
    sweep,
    specDigest: digest,
    semantics: 1,
    density: 0.8,
    statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 0 },
    keepActivations: false,
    keepBirths: false,
    checkpoints: [{ label: 'a', digest, meta: {} }],
    source: {
      kind: 'activations',
      cells: [
        {
          checkpoint: 0,
          layer: null,
          layerIndex: null,
          category: null,
          size: 8,
          files: [{ location: '/maps/a.arrow', identity: { sha256: digest }, bytes: 1 }],
        },
      ],
    },
  };
}

let folder = '';
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-sweeps-'));
  store = await openStore(folder);
  await prepareSweep(store, manifest('good'), '', { replace: false });
  await store.put(`inputs/${digest}`, Buffer.from('needed'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a sweep into the store whose manifest is not what it has to be. */
async function putBad(name: string, change: object = { checkpoints: 'none' }): Promise<void> {
  const text = encodeManifest({ ...manifest(name), ...change });
  await store.put(`sweeps/${name}/manifest.json`, Buffer.from(text));
}

describe('sweepNames', () => {
  it('gives the folders that hold a manifest, and looks at nothing else in them', async () => {
    await prepareSweep(store, manifest('also'), '', { replace: false });
    await store.put('sweeps/removed/results/units/a.arrow', Buffer.from('left'));
    const looked: string[] = [];
    const watched: ObjectStore = Object.create(store, {
      list: {
        value: (prefix: string) => {
          looked.push(prefix);
          return store.list(prefix);
        },
      },
      folders: { value: (place: string) => store.folders(place) },
      head: { value: (key: string) => store.head(key) },
    }) as ObjectStore;
    expect(await sweepNames(watched)).toEqual(['also', 'good']);
    expect(looked).toEqual([]);
  });
});

describe('a manifest that is not what it has to be', () => {
  it('costs its own sweep in a list, and no other', async () => {
    await putBad('bad');
    const [bad, good] = await listSweeps(store);
    expect(bad).toEqual({ name: 'bad', problem: expect.stringContaining('checkpoints: expected') as string });
    expect(good).toMatchObject({ name: 'good', checkpoints: 1 });
  });

  it('is damage to verify, also where its digest is right', async () => {
    await putBad('bad');
    const { damaged } = await verifyStore(store);
    expect(damaged.map(({ key }) => key)).toEqual(['sweeps/bad/manifest.json']);
  });

  it('is named by gc, which removes what nobody needs and keeps what the others need', async () => {
    await putBad('bad');
    const stray = 'cd'.repeat(32);
    await store.put(`inputs/${stray}`, Buffer.from('stray'));
    const { unreadable, objects } = await collectGarbage(store, { dryRun: false, minAgeMs: 0 });
    expect(unreadable.map(({ name }) => name)).toEqual(['bad']);
    expect(objects).toBe(1);
    expect(await store.head(`inputs/${digest}`)).toBeDefined();
    expect(await store.head(`inputs/${stray}`)).toBeUndefined();
  });

  it('makes gc remove nothing where another version of the program wrote it', async () => {
    await putBad('later', { format: 'unitscope.manifest/2' });
    const stray = 'cd'.repeat(32);
    await store.put(`inputs/${stray}`, Buffer.from('perhaps needed'));
    await expect(collectGarbage(store, { dryRun: false, minAgeMs: 0 })).rejects.toThrow(ManifestVersionError);
    expect(await store.head(`inputs/${stray}`)).toBeDefined();
  });

  it('is not taken for the sweep of another name', async () => {
    await putBad('copy', { sweep: 'good' });
    await expect(readManifest(store, 'copy')).rejects.toThrow(/that of "good"/);
  });

  it('keeps its name until it is replaced', async () => {
    await putBad('bad');
    await expect(prepareSweep(store, manifest('bad'), '', { replace: false })).rejects.toThrow(ManifestError);
    await prepareSweep(store, manifest('bad'), '', { replace: true });
    expect(await readManifest(store, 'bad')).toEqual(manifest('bad'));
  });
});

it('gc touches nothing that has no name of its own', async () => {
  const others = ['inputs/thesis.txt', 'units/a.arrow', `units/${digest}`, `births/x/${digest}.arrow`];
  for (const key of others) await store.put(key, Buffer.from('of someone else'));
  expect(await collectGarbage(store, { dryRun: false, minAgeMs: 0 })).toMatchObject({ objects: 0, kept: 1 });
  for (const key of others) expect(await store.head(key)).toBeDefined();
});

it('a progress note that is none, or of the future, is no run', async () => {
  const note = {
    cells: { total: 1, done: 0, cached: 0, failed: 0 },
    checkpoints: { total: 1, done: 0 },
    ...{ maps: 0, seconds: 1, host: 'h', process: 1, noted: new Date().toISOString() },
  };
  const read = async (value: unknown): Promise<unknown> => {
    await store.put('sweeps/good/progress.json', Buffer.from(JSON.stringify(value)));
    return await readProgress(store, 'good');
  };
  expect(await read(note)).toMatchObject({ maps: 0 });
  expect(await read({ ...note, noted: '2999-01-01T00:00:00.000Z' })).toBeNull();
  expect(await read({ ...note, cells: null })).toBeNull();
  expect(await read({ ...note, maps: 'many' })).toBeNull();
});

it('a record of a failed task that is damaged says so in its row and hides no other', async () => {
  const row = {
    checkpoint: 'a',
    layer: null,
    category: 'c',
    task: 'extract',
    attempts: 1,
    code: 'X',
    message: 'm',
  };
  const put = (key: string, text: string): Promise<unknown> =>
    store.put(`sweeps/good/failed/${key}`, Buffer.from(text));
  await put('00000000/00000000.json', '{"checkpoint":1}');
  await put('00000000/00000001.json', JSON.stringify(row));
  await put('1/../x.json'.replace('..', 'y'), JSON.stringify(row)); // no name of a record
  expect(await recordedFailures('good', store)).toEqual([
    expect.objectContaining({
      code: 'RECORD_INVALID',
      message: expect.stringContaining('checkpoint: expected') as string,
    }),
    row,
  ]);
});
