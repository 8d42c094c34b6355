import { decodeManifest, encodeManifest, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { decodeTable, failuresSchema, memorySource } from '@unitscope/tables';
import { NoSuchSweepError, SweepNameTakenError } from './errors.js';
import type { FailureRow } from './result-tables.js';
import { SweepObjects } from './sweep-objects.js';

/**
 * Takes the sweep's name in the store: writes its spec and manifest. Throws SweepNameTakenError where the name belongs
 * to a sweep with another scientific content, unless `replace`.
 */
export async function prepareSweep(
  store: ObjectStore,
  manifest: Manifest,
  specText: string,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  const objects = new SweepObjects(manifest.sweep);
  const earlier =
    (await store.head(objects.manifest)) === undefined ? null : await readManifest(store, manifest.sweep);
  if (earlier !== null && earlier.specDigest !== manifest.specDigest) {
    if (!replace) {
      throw new SweepNameTakenError(
        `the store already has a sweep "${manifest.sweep}" with another content: expected spec digest ` +
          `${earlier.specDigest.slice(0, 12)}…, found ${manifest.specDigest.slice(0, 12)}…; ` +
          `choose another name, or replace it (--replace; what both share is not computed again)`,
      );
    }
    for await (const { key } of store.list(`${objects.root}/`)) await store.delete(key);
  } else if (earlier !== null) {
    for (const label of outdated(earlier, manifest)) await store.delete(objects.layers(label));
  }
  await store.put(objects.spec, Buffer.from(specText));
  await store.put(objects.manifest, Buffer.from(encodeManifest(manifest)));
}

/**
 * Checkpoints that are another file now or stand at another place of the sweep: until they are aggregated again, their
 * tables would not agree with the manifest. Without its layers table a checkpoint counts as one without results.
 */
function outdated(earlier: Manifest, manifest: Manifest): string[] {
  const now = new Map(
    [...manifest.checkpoints.entries()].map(([at, { label, digest }]) => [label, { at, digest }]),
  );
  return [...earlier.checkpoints.entries()]
    .filter(([at, { label, digest }]) => now.get(label)?.at !== at || now.get(label)?.digest !== digest)
    .map(([, { label }]) => label);
}

/** The manifest of a sweep in the store. Throws NoSuchSweepError. */
export async function readManifest(store: ObjectStore, sweep: string): Promise<Manifest> {
  const { manifest } = new SweepObjects(sweep);
  if ((await store.head(manifest)) === undefined) {
    throw new NoSuchSweepError(`no sweep "${sweep}" in ${store.uri} (\`unitscope sweeps\` lists them)`);
  }
  return decodeManifest(Buffer.from(await store.get(manifest)).toString('utf8'), manifest);
}

/** Names of the sweeps in a store. */
export async function sweepNames(store: ObjectStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list('sweeps/')) {
    const [, name = '', object] = key.split('/');
    if (object === 'manifest.json') names.push(name);
  }
  return names;
}

export interface SweepStatus {
  readonly name: string;
  readonly specDigest: string;
  readonly checkpoints: number;
  /** Checkpoints whose result tables are there. */
  readonly finished: number;
  /** Tasks in failures.arrow. */
  readonly failures: number;
}

/** How far each sweep of a store is, as its objects tell. */
export async function listSweeps(store: ObjectStore): Promise<SweepStatus[]> {
  const sweeps: SweepStatus[] = [];
  for (const name of await sweepNames(store)) sweeps.push(await sweepStatus(store, name));
  return sweeps;
}

/** How far one sweep is. Throws NoSuchSweepError. */
export async function sweepStatus(store: ObjectStore, name: string): Promise<SweepStatus> {
  const manifest = await readManifest(store, name);
  const objects = new SweepObjects(name);
  const there = new Set<string>();
  for await (const { key } of store.list(`${objects.root}/results/layers/`)) there.add(key);
  return {
    name,
    specDigest: manifest.specDigest,
    checkpoints: manifest.checkpoints.length,
    finished: manifest.checkpoints.filter(({ label }) => there.has(objects.layers(label))).length,
    failures: (await readFailures(store, name)).length,
  };
}

/** The tasks of a sweep that were set aside when it last ended. */
export async function readFailures(store: ObjectStore, sweep: string): Promise<FailureRow[]> {
  const { failures } = new SweepObjects(sweep);
  if ((await store.head(failures)) === undefined) return [];
  const table = await decodeTable(memorySource(failures, await store.get(failures)), failuresSchema);
  const label = ({ values, valid }: typeof table.layer, row: number): string | null =>
    valid[row] === 1 ? (values.labels[values.codes[row] ?? 0] ?? null) : null;
  const text = ({ codes, labels }: typeof table.code, row: number): string => labels[codes[row] ?? 0] ?? '';
  return Array.from(table.attempts, (attempts, row): FailureRow => ({
    checkpoint: label(table.checkpoint, row) ?? '',
    layer: label(table.layer, row),
    category: label(table.category, row),
    task: text(table.task, row),
    attempts,
    code: text(table.code, row),
    message: text(table.message, row),
  }));
}
