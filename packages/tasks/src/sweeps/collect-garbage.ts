import {
  cellKeys,
  checkpointCells,
  CONTENT_FOLDERS,
  CONTENT_OBJECT,
  ManifestVersionError,
  SWEEPS_FOLDER,
  contentPrefix,
} from '@unitscope/plan';
import type { ListedObject, ObjectStore } from '@unitscope/store';
import { GC_LEASE, Lease, storeTime } from './ownership/lease.js';
import { inputKey } from '../inputs/stored-inputs.js';
import { readable, readManifest, sweepNames, type UnreadableSweep } from './sweeps.js';
import { inputDigests } from '../inputs/upload-inputs.js';

/** Writers write for minutes at most; what is older was left by one that died. */
const ABANDONED_MS = 60 * 60 * 1000;

/** After so long between two deletions it looks whether it still holds the lease. */
const CHECK_MS = 10_000;

export interface Garbage {
  /** Sweeps that cannot be read: what they alone need is garbage. */
  readonly unreadable: readonly UnreadableSweep[];
  readonly objects: number;
  readonly bytes: number;
  readonly kept: number;
  /** Objects that no sweep needs and that are too young to be removed. */
  readonly young: number;
}

export interface GarbageOptions {
  /** Only tell what would be removed. */
  readonly dryRun: boolean;
  /** What was written later than so long ago stays, by the store's clock. Default an hour. */
  readonly minAgeMs?: number | undefined;
}

const MIN_AGE_MS = 60 * 60 * 1000;

/**
 * Removes content-keyed objects that no sweep's manifest names, among them all evaluations of ablations, and what killed
 * writers left. Safe beside running sweeps, whose manifests are there, and beside launches: it looks for what may go
 * first; then, holding the lease that launches wait for, it reads the manifests again and removes what none names still.
 * Throws ManifestVersionError where a sweep of another version of this program may need any of them, HeldError where
 * another process is at it.
 */
export async function collectGarbage(store: ObjectStore, options: GarbageOptions): Promise<Garbage> {
  const { dryRun, minAgeMs = MIN_AGE_MS } = options;
  const found = await findGarbage(store, minAgeMs);
  const { kept, young } = found;
  if (dryRun) return { ...sizeOf(found.garbage), kept, young, unreadable: found.needed.unreadable };
  const lease = await Lease.take(store, GC_LEASE, { purpose: 'gc', what: "collecting the store's garbage" });
  try {
    const needed = await neededObjects(store);
    const removed: GarbageObject[] = [];
    let checked = performance.now();
    for (const object of found.garbage) {
      if (needed.keys.has(object.key)) continue;
      // A process that slept may have been taken for dead, and a launch have gone on.
      if (performance.now() - checked > CHECK_MS) await lease.check("collecting the store's garbage");
      checked = performance.now();
      await store.delete(object.key);
      removed.push(object);
    }
    await store.removeAbandonedWrites(ABANDONED_MS, isOurs);
    const again = found.garbage.length - removed.length;
    return { ...sizeOf(removed), kept: kept + again, young, unreadable: needed.unreadable };
  } finally {
    await lease.release();
  }
}

interface GarbageObject {
  readonly key: string;
  readonly size: number;
}

function sizeOf(objects: readonly GarbageObject[]): Pick<Garbage, 'objects' | 'bytes'> {
  return { objects: objects.length, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
}

async function findGarbage(
  store: ObjectStore,
  minAgeMs: number,
): Promise<{ garbage: GarbageObject[]; kept: number; young: number; needed: NeededObjects }> {
  const needed = await neededObjects(store);
  const now = minAgeMs === 0 ? Infinity : await storeTime(store);
  const garbage: GarbageObject[] = [];
  let [kept, young] = [0, 0];
  for (const folder of CONTENT_FOLDERS) {
    const unneeded: ListedObject[] = [];
    for await (const object of store.list(contentPrefix(folder))) {
      // What has another name was put there by someone else.
      if (!CONTENT_OBJECT.test(object.key)) continue;
      if (needed.keys.has(object.key)) kept++;
      else unneeded.push(object);
    }
    const own = await store.own(unneeded.map(({ key }) => key));
    for (const { key, size, modified } of unneeded) {
      if (!own.has(key)) continue;
      if (now - modified < minAgeMs) young++;
      else garbage.push({ key, size });
    }
  }
  return { garbage, kept, young, needed };
}

interface NeededObjects {
  readonly keys: ReadonlySet<string>;
  readonly unreadable: readonly UnreadableSweep[];
}

/** What the manifests name. */
async function neededObjects(store: ObjectStore): Promise<NeededObjects> {
  const keys = new Set<string>();
  const unreadable: UnreadableSweep[] = [];
  for (const name of await sweepNames(store)) {
    const manifest = await readable(name, () => readManifest(store, name), refuseOtherVersion);
    if ('problem' in manifest) {
      unreadable.push(manifest);
      continue;
    }
    for (const sha256 of inputDigests(manifest)) keys.add(inputKey(sha256));
    for (const checkpoint of manifest.checkpoints.keys()) {
      for (const cell of checkpointCells(manifest, checkpoint)) {
        const { activations, units, births } = cellKeys(manifest, cell);
        keys.add(units);
        if (manifest.keepBirths) keys.add(births);
        if (manifest.keepActivations && activations !== null) keys.add(activations);
      }
    }
  }
  return { keys, unreadable };
}

function isOurs(key: string): boolean {
  return CONTENT_OBJECT.test(key) || key.startsWith(SWEEPS_FOLDER);
}

/** Its manifest names objects that this version does not know of. */
function refuseOtherVersion(error: unknown): void {
  if (!(error instanceof ManifestVersionError)) return;
  throw new ManifestVersionError(`nothing is removed: ${error.message}`, { cause: error });
}
