import { cellKeys, checkpointCells } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { inputKey } from './stored-inputs.js';
import { readManifest, sweepNames } from './sweeps.js';
import { inputDigests } from './upload-inputs.js';

/** Writers write for minutes at most; what is older was left by one that died. */
const ABANDONED_MS = 60 * 60 * 1000;

export interface Garbage {
  readonly objects: number;
  readonly bytes: number;
  readonly kept: number;
}

/**
 * Removes content-keyed objects that no sweep's manifest names, among them all evaluations of ablations, and what killed
 * writers left.
 */
export async function collectGarbage(
  store: ObjectStore,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Garbage> {
  const needed = new Set<string>();
  for (const name of await sweepNames(store)) {
    const manifest = await readManifest(store, name);
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
      if (needed.has(key)) {
        kept++;
        continue;
      }
      objects++;
      bytes += size;
      if (!dryRun) await store.delete(key);
    }
  }
  if (!dryRun) await store.removeAbandonedWrites(ABANDONED_MS);
  return { objects, bytes, kept };
}
