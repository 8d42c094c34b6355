import type { Manifest } from '@unitscope/plan';
import type { ListedObject, ObjectStore } from '@unitscope/store';
import { layersSchema, TableFile } from '@unitscope/tables';
import { eachLimited } from '../each-limited.js';
import { SweepObjects } from '../sweep-objects.js';

const REQUESTS_AT_ONCE = 16;

/** What was read of tables before, so that who looks again and again reads only what has changed. */
export type HeldCellsCache = Map<string, number | null>;

/**
 * How many cells the result tables of each checkpoint hold, by their metadata; null where a table of the checkpoint is
 * not there or does not say it.
 */
export async function heldCells(
  manifest: Manifest,
  store: ObjectStore,
  cache: HeldCellsCache = new Map(),
): Promise<(number | null)[]> {
  const objects = new SweepObjects(manifest.sweep);
  const there = new Map<string, ListedObject>();
  for await (const object of store.list(`${objects.root}/results/`)) there.set(object.key, object);
  const held: (number | null)[] = manifest.checkpoints.map(() => null);
  await eachLimited(manifest.checkpoints.entries(), REQUESTS_AT_ONCE, async ([checkpoint, { label }]) => {
    const keys = [objects.units(label), ...(manifest.keepBirths ? [objects.births(label)] : [])];
    const layers = there.get(objects.layers(label));
    if (layers === undefined || !keys.every((key) => there.has(key))) return;
    const version = `${layers.key} ${layers.size} ${layers.etag ?? ''}`;
    let cells = layers.etag === undefined ? undefined : cache.get(version);
    if (cells === undefined) {
      cells = await cellsOf(store, layers.key);
      cache.set(version, cells);
    }
    held[checkpoint] = cells;
  });
  return held;
}

async function cellsOf(store: ObjectStore, key: string): Promise<number | null> {
  try {
    const reader = await store.open(key);
    try {
      const { metadata } = await TableFile.open(reader, layersSchema);
      const [cells, planned] = [metadata.get('unitscope.cells'), metadata.get('unitscope.cells_planned')];
      return cells === undefined || planned === undefined ? null : Number(cells);
    } finally {
      await reader.close();
    }
  } catch (error) {
    // The store's own trouble is none of the table's; what is damaged, gone or of another version tells no number.
    const { code } = error as { code?: unknown };
    if (typeof code === 'string' && code.startsWith('STORE_')) throw error;
    return null;
  }
}
