import { decodeManifest, encodeManifest, ManifestError, SWEEP_NAME, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { decodeTable, failuresSchema, memorySource } from '@unitscope/tables';
import { InputError } from '@unitscope/topology';
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
  const earlier = await earlierManifest(store, manifest.sweep, replace);
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

/** What the name stands for so far; null: nothing. With `replace`, what cannot be read is cleared away and is nothing. */
async function earlierManifest(
  store: ObjectStore,
  sweep: string,
  replace: boolean,
): Promise<Manifest | null> {
  const { manifest, root } = new SweepObjects(sweep);
  if ((await store.head(manifest)) === undefined) return null;
  try {
    return await readManifest(store, sweep);
  } catch (error) {
    if (!replace || !isDamage(error)) throw error;
  }
  for await (const { key } of store.list(`${root}/`)) await store.delete(key);
  return null;
}

/**
 * Checkpoints that are another file now, stand at another place of the sweep or were measured with another meaning: until they are aggregated again, their
 * tables would not agree with the manifest. Without its layers table a checkpoint counts as one without results.
 */
function outdated(earlier: Manifest, manifest: Manifest): string[] {
  const now = new Map(
    [...manifest.checkpoints.entries()].map(([at, { label, digest }]) => [label, { at, digest }]),
  );
  return [...earlier.checkpoints.entries()]
    .filter(
      ([at, { label, digest }]) =>
        earlier.semantics !== manifest.semantics ||
        now.get(label)?.at !== at ||
        now.get(label)?.digest !== digest,
    )
    .map(([, { label }]) => label);
}

/**
 * The manifest of a sweep in the store. Throws NoSuchSweepError, and ManifestError where it is not what it has to be or is
 * another sweep's.
 */
export async function readManifest(store: ObjectStore, sweep: string): Promise<Manifest> {
  const { manifest: key } = new SweepObjects(sweep);
  if (!SWEEP_NAME.test(sweep) || (await store.head(key)) === undefined) {
    throw new NoSuchSweepError(
      `no sweep ${JSON.stringify(sweep)} in ${store.uri} (\`unitscope sweeps\` lists them)`,
    );
  }
  const manifest = decodeManifest(Buffer.from(await store.get(key)).toString('utf8'), key);
  if (manifest.sweep === sweep) return manifest;
  throw new ManifestError(
    `${key}: expected the manifest of the sweep "${sweep}", found that of "${manifest.sweep}"; ` +
      'a sweep cannot be renamed by its folder: run it again under the new name (what both share is not computed again)',
  );
}

/** Names of the sweeps in a store, as far as they are names of sweeps. */
export async function sweepNames(store: ObjectStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list('sweeps/')) {
    const [, name = '', object, ...more] = key.split('/');
    if (object === 'manifest.json' && more.length === 0 && SWEEP_NAME.test(name)) names.push(name);
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

/** A sweep that is there and cannot be read, and why. */
export interface UnreadableSweep {
  readonly name: string;
  readonly problem: string;
}

/** How far each sweep of a store is, as its objects tell. One that cannot be read hides no other. */
export async function listSweeps(store: ObjectStore): Promise<(SweepStatus | UnreadableSweep)[]> {
  const sweeps: (SweepStatus | UnreadableSweep)[] = [];
  for (const name of await sweepNames(store)) {
    sweeps.push(await readable(name, () => sweepStatus(store, name)));
  }
  return sweeps;
}

/**
 * What is read of a sweep, or why it cannot be. Throws what is no fault of the sweep's own objects, as of the store, and
 * what `refuse` throws of it.
 */
export async function readable<T extends object>(
  name: string,
  read: () => Promise<T>,
  refuse?: (error: unknown) => void,
): Promise<T | UnreadableSweep> {
  try {
    return await read();
  } catch (error) {
    refuse?.(error);
    if (!isDamage(error)) throw error;
    return { name, problem: error.message };
  }
}

/** Something of the sweep is not what it has to be; a store's own trouble is none of the sweep's. */
function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = String((error as { code?: unknown }).code);
  return code === 'DIGEST_MISMATCH' || (error instanceof InputError && !code.startsWith('STORE_'));
}

/** How far one sweep is. Throws NoSuchSweepError, ManifestError. */
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
