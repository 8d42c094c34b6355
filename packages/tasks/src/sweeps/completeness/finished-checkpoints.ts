import { cellCount, cellKeys, checkpointCells, type Cell, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { provenance } from '../../tables/provenance.js';
import { tablesFound, type TablesCache } from './tables-found.js';

/** Keys that are listed before it is asked whether listing pays. */
const FIRST_LISTED = 1000;
/** A listing gives so many keys in the time of one question for an object, or more. */
const LISTED_A_QUESTION = 20;

/**
 * The checkpoints of a manifest that leave nothing to do: each of their objects is in the store, and their result tables
 * are made of these. Asks by listing, where a look at every object takes a question each: of a store that is full of other
 * sweeps' objects it gives up, and answers what it knows by then.
 */
export async function finishedCheckpoints(
  manifest: Manifest,
  store: ObjectStore,
  cache?: TablesCache,
): Promise<ReadonlySet<number>> {
  const finished = new Set<number>();
  const lacking = new Map<string, Set<string>>();
  for (const [checkpoint, found] of (await tablesFound(manifest, store, cache)).entries()) {
    const planned = cellCount(manifest, checkpoint);
    if (found === null || planned === 0 || found.cells !== planned) continue;
    const cells = checkpointCells(manifest, checkpoint);
    if (provenance(manifest, checkpoint, cells, planned)['unitscope.content'] !== found.content) continue;
    finished.add(checkpoint);
    for (const key of cells.flatMap((cell) => keysOf(manifest, cell))) {
      const folder = key.slice(0, key.indexOf('/') + 1);
      const keys = lacking.get(folder) ?? new Set();
      lacking.set(folder, keys.add(key));
    }
  }
  for (const [folder, keys] of lacking) await removeListed(store, folder, keys);
  const gone = new Set([...lacking.values()].flatMap((keys) => [...keys]));
  if (gone.size === 0) return finished;
  for (const checkpoint of finished) {
    const keys = checkpointCells(manifest, checkpoint).flatMap((cell) => keysOf(manifest, cell));
    if (keys.some((key) => gone.has(key))) finished.delete(checkpoint);
  }
  return finished;
}

/** Of the objects that a sweep makes of a cell. */
function keysOf(manifest: Manifest, cell: Cell): string[] {
  const { units, births, activations } = cellKeys(manifest, cell);
  const keepsMaps = manifest.keepActivations && activations !== null;
  return [units, ...(manifest.keepBirths ? [births] : []), ...(keepsMaps ? [activations] : [])];
}

/** Leaves those of `keys` that are not there, or were not come to. */
async function removeListed(store: ObjectStore, folder: string, keys: Set<string>): Promise<void> {
  const asked = keys.size;
  let listed = 0;
  for await (const { key } of store.list(folder)) {
    listed++;
    keys.delete(key);
    if (keys.size === 0) return;
    if (listed >= FIRST_LISTED && listed > LISTED_A_QUESTION * (asked - keys.size)) return;
  }
}
