import { cellKeys, checkpointCells, ManifestVersionError } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { inputKey } from './stored-inputs.js';
import { readable, readManifest, sweepNames, type UnreadableSweep } from './sweeps.js';
import { inputDigests } from './upload-inputs.js';

/** Writers write for minutes at most; what is older was left by one that died. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Names that content keys have. */
const OWN_KEY = /^(?:inputs\/[0-9a-f]{64}|(?:activations|units|births|evaluations)\/[0-9a-f]{64}\.arrow)$/;

export interface Garbage {
  /** Sweeps that cannot be read: what they alone need is garbage. */
  readonly unreadable: readonly UnreadableSweep[];
  readonly objects: number;
  readonly bytes: number;
  readonly kept: number;
}

/**
 * Removes content-keyed objects that no sweep's manifest names, among them all evaluations of ablations, and what killed
 * writers left. Throws ManifestVersionError where a sweep of another version of this program may need any of them.
 */
export async function collectGarbage(
  store: ObjectStore,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Garbage> {
  const needed = new Set<string>();
  const unreadable: UnreadableSweep[] = [];
  for (const name of await sweepNames(store)) {
    const manifest = await readable(name, () => readManifest(store, name), refuseOtherVersion);
    if ('problem' in manifest) {
      unreadable.push(manifest);
      continue;
    }
    for (const sha256 of inputDigests(manifest)) needed.add(inputKey(sha256));
    for (const checkpoint of manifest.checkpoints.keys()) {
      for (const cell of checkpointCells(manifest, checkpoint)) {
        const { activations, units, births } = cellKeys(manifest, cell);
        needed.add(units);
        if (manifest.keepBirths) needed.add(births);
        if (manifest.keepActivations && activations !== null) needed.add(activations);
      }
    }
  }
  let objects = 0;
  let bytes = 0;
  let kept = 0;
  for (const prefix of ['inputs/', 'activations/', 'units/', 'births/', 'evaluations/']) {
    for await (const { key, size } of store.list(prefix)) {
      // What has another name was put there by someone else.
      if (!OWN_KEY.test(key) || (!needed.has(key) && !(await store.isOwn(key)))) continue;
      if (needed.has(key)) {
        kept++;
        continue;
      }
      objects++;
      bytes += size;
      if (!dryRun) await store.delete(key);
    }
  }
  if (!dryRun) await store.removeAbandonedWrites(ABANDONED_MS, isOurs);
  return { objects, bytes, kept, unreadable };
}

function isOurs(key: string): boolean {
  return OWN_KEY.test(key) || key.startsWith('sweeps/');
}

/** Its manifest names objects that this version does not know of. */
function refuseOtherVersion(error: unknown): void {
  if (!(error instanceof ManifestVersionError)) return;
  throw new ManifestVersionError(`nothing is removed: ${error.message}`, { cause: error });
}
