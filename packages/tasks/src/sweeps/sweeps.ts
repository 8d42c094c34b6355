import { canonicalJson, type Json, InputError, eachLimited, REQUESTS_AT_ONCE } from '@unitscope/base';
import {
  decodeManifest,
  encodeManifest,
  ManifestError,
  SWEEP_NAME,
  SWEEPS_FOLDER,
  type Manifest,
} from '@unitscope/plan';
import { isStoreTrouble, type ObjectStore } from '@unitscope/store';
import { decodeTable, failuresSchema, memorySource } from '@unitscope/tables';
import { NoSuchSweepError, SweepNameTakenError } from '../errors.js';
import { garbageCollected } from './ownership/garbage-collected.js';
import {
  encodeLease,
  heldBy,
  Lease,
  leaseHolder,
  readLease,
  refuseWhileShardsRun,
  shardLease,
  sweepLease,
  whoHolds,
  type LeasePurpose,
} from './ownership/lease.js';
import type { FailureRow } from '../tables/result-tables.js';
import { removeSummaries } from '../tables/summaries/summaries.js';
import { SweepObjects } from './sweep-objects.js';

export interface PrepareOptions {
  /** Take over the name of a sweep with other content. */
  readonly replace: boolean;
  /** The sweep's lease, where the caller holds it already. */
  readonly lease?: Lease;
}

/**
 * Takes the sweep's name in the store: writes its spec and manifest, whoever else is at it at the same moment. A name is
 * taken when its manifest is there, which is created once and changed by the holder of the sweep's lease alone. Waits for
 * a collection of garbage, which might not know of this sweep. Throws SweepNameTakenError where the name belongs to a
 * sweep with another scientific content, unless `replace`; HeldError where the sweep is run or removed by another
 * process.
 */
export async function prepareSweep(
  store: ObjectStore,
  manifest: Manifest,
  specText: string,
  options: PrepareOptions,
): Promise<void> {
  // Who cannot have the name need not wait for those that are at it.
  if (!options.replace) await refuseTaken(store, manifest);
  if (options.lease !== undefined) {
    await writeSweep(store, manifest, specText, options.lease, options.replace);
  } else {
    const lease = await takeSweep(store, manifest, 'launch');
    try {
      await writeSweep(store, manifest, specText, lease, options.replace);
    } finally {
      await lease.release();
    }
  }
  await garbageCollected(store);
}

async function refuseTaken(store: ObjectStore, manifest: Manifest): Promise<Manifest | null> {
  const earlier = await earlierManifest(store, manifest.sweep, false);
  if (earlier !== null && earlier.specDigest !== manifest.specDigest)
    throw await nameTaken(store, earlier, manifest);
  return earlier;
}

/** Throws SweepNameTakenError where the sweep's name does not stand for this manifest, NoSuchSweepError where for none. */
export async function expectPrepared(store: ObjectStore, manifest: Manifest): Promise<void> {
  const found = await readManifest(store, manifest.sweep);
  if (contentOf(found) === contentOf(manifest)) return;
  throw new SweepNameTakenError(
    `sweep "${manifest.sweep}" is another one by now, with other content or other checkpoints or images: ` +
      'run it again, or choose another name',
  );
}

/** Text that is the same for equal manifests; a log's NaN is written as a manifest writes it. */
function contentOf(manifest: Manifest): string {
  return canonicalJson(JSON.parse(encodeManifest(manifest)) as Json);
}

/** Takes the lease of a sweep that is to be launched or run. Throws SweepNameTakenError, HeldError. */
export async function takeSweep(
  store: ObjectStore,
  { sweep, specDigest }: Pick<Manifest, 'sweep' | 'specDigest'>,
  purpose: LeasePurpose,
): Promise<Lease> {
  return Lease.take(store, sweepLease(sweep), { purpose, content: specDigest, what: `sweep "${sweep}"` });
}

/** Takes the lease of one part of a sweep's work. Throws HeldError, also where the sweep is being removed. */
export async function takeShard(
  store: ObjectStore,
  { sweep, specDigest }: Pick<Manifest, 'sweep' | 'specDigest'>,
  { index, count }: { readonly index: number; readonly count: number },
): Promise<Lease> {
  const what = `shard ${index}/${count} of sweep "${sweep}"`;
  const lease = await Lease.take(store, shardLease(sweep, index, count), {
    ...{ purpose: 'run' as const, content: specDigest, what },
  });
  // A removal looks for parts after it has taken the sweep's lease: one of the two sees the other.
  const holder = await leaseHolder(store, sweepLease(sweep));
  if (holder?.purpose !== 'remove') return lease;
  await lease.release();
  throw heldBy(`sweep "${sweep}"`, holder);
}

async function writeSweep(
  store: ObjectStore,
  manifest: Manifest,
  specText: string,
  { record }: Lease,
  replace: boolean,
): Promise<void> {
  const { sweep, specDigest } = manifest;
  const objects = new SweepObjects(sweep);
  let earlier = await (replace ? earlierManifest(store, sweep, true) : refuseTaken(store, manifest));
  if (earlier !== null && earlier.specDigest !== specDigest) {
    await refuseWhileShardsRun(store, sweep);
    await removeSweepObjects(store, sweep);
    earlier = null;
  }
  await store.put(objects.spec, Buffer.from(specText));
  const bytes = Buffer.from(encodeManifest(manifest));
  if (earlier === null) {
    await store.put(objects.launch, encodeLease(record));
    if ((await store.create(objects.manifest, bytes)) !== undefined) return;
    // A process that does not know of leases was faster.
    earlier = await refuseTaken(store, manifest);
  }
  const stale = earlier === null ? [] : outdated(earlier, manifest);
  for (const label of stale) await store.delete(objects.layers(label));
  if (stale.length > 0) {
    await store.delete(objects.objects);
    await removeSummaries(sweep, store);
  }
  await store.put(objects.manifest, bytes);
}

async function nameTaken(
  store: ObjectStore,
  earlier: Pick<Manifest, 'specDigest'>,
  { sweep, specDigest }: Pick<Manifest, 'sweep' | 'specDigest'>,
): Promise<SweepNameTakenError> {
  const launched = await readLease(store, new SweepObjects(sweep).launch);
  const who = launched === null ? '' : `, launched by ${whoHolds(launched)}`;
  return new SweepNameTakenError(
    `the store already has a sweep "${sweep}" with another content${who}: expected spec digest ` +
      `${earlier.specDigest.slice(0, 12)}…, found ${specDigest.slice(0, 12)}…; ` +
      `choose another name, or replace it (--replace; what both share is not computed again)`,
  );
}

/**
 * Removes a sweep: its manifest first, so that a removal that is cut short leaves no sweep with holes. What it measured
 * stays until garbage is collected. Throws NoSuchSweepError, and HeldError where another process runs it.
 */
export async function removeSweep(store: ObjectStore, sweep: string): Promise<void> {
  const objects = new SweepObjects(sweep);
  const { manifest, root } = objects;
  if (!SWEEP_NAME.test(sweep)) throw noSuchSweep(store, sweep);
  const what = `sweep "${sweep}"`;
  const lease = await Lease.take(store, sweepLease(sweep), { purpose: 'remove', what });
  try {
    await refuseWhileShardsRun(store, sweep);
    let found = (await store.head(manifest)) !== undefined;
    if (!found) for await (const { key } of store.list(`${root}/`)) found ||= objects.owns(key);
    if (!found) throw noSuchSweep(store, sweep);
    await removeSweepObjects(store, sweep);
  } finally {
    await lease.release();
  }
}

async function removeSweepObjects(store: ObjectStore, sweep: string): Promise<void> {
  await store.delete(new SweepObjects(sweep).manifest);
  await removeOwn(store, sweep);
}

async function removeOwn(store: ObjectStore, sweep: string): Promise<void> {
  const objects = new SweepObjects(sweep);
  for await (const { key } of store.list(`${objects.root}/`)) if (objects.owns(key)) await store.delete(key);
}

/** What the name stands for so far; null: nothing. With `replace`, what cannot be read is cleared away and is nothing. */
async function earlierManifest(
  store: ObjectStore,
  sweep: string,
  replace: boolean,
): Promise<Manifest | null> {
  const { manifest } = new SweepObjects(sweep);
  if ((await store.head(manifest)) === undefined) return null;
  try {
    return await readManifest(store, sweep);
  } catch (error) {
    if (!replace || !isDamage(error)) throw error;
  }
  await removeOwn(store, sweep);
  return null;
}

type Checkpoints = Pick<Manifest, 'checkpoints' | 'semantics'>;

/**
 * Checkpoints that are another file now, stand at another place of the sweep or were measured with another meaning: until they are aggregated again, their
 * tables would not agree with the manifest. Without its layers table a checkpoint counts as one without results.
 */
function outdated(earlier: Checkpoints, manifest: Checkpoints): string[] {
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
    throw noSuchSweep(store, sweep);
  }
  const manifest = decodeManifest(Buffer.from(await store.get(key)).toString('utf8'), key);
  if (manifest.sweep === sweep) return manifest;
  throw new ManifestError(
    `${key}: expected the manifest of the sweep "${sweep}", found that of "${manifest.sweep}"; ` +
      'a sweep cannot be renamed by its folder: run it again under the new name (what both share is not computed again)',
  );
}

function noSuchSweep({ uri }: ObjectStore, sweep: string): NoSuchSweepError {
  return new NoSuchSweepError(
    `no sweep ${JSON.stringify(sweep)} in ${uri} (\`unitscope sweeps\` lists them)`,
  );
}

/**
 * Names of the sweeps in a store, as far as they are names of sweeps: of the folders that hold a manifest. What else lies in
 * them is not listed.
 */
export async function sweepNames(store: ObjectStore): Promise<string[]> {
  const folders: string[] = [];
  for await (const name of store.folders(SWEEPS_FOLDER)) if (SWEEP_NAME.test(name)) folders.push(name);
  const hasManifest = new Set<string>();
  await eachLimited(folders, REQUESTS_AT_ONCE, async (name) => {
    if ((await store.head(new SweepObjects(name).manifest)) !== undefined) hasManifest.add(name);
  });
  return folders.filter((name) => hasManifest.has(name));
}

/** A sweep that is there and cannot be read, and why. */
export interface UnreadableSweep {
  readonly name: string;
  readonly problem: string;
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
  const { code } = error as { code?: unknown };
  return code === 'DIGEST_MISMATCH' || (error instanceof InputError && !isStoreTrouble(error));
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
