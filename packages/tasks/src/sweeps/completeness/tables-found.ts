import type { Manifest } from '@unitscope/plan';
import { isStoreTrouble, type ListedObject, type ObjectStore } from '@unitscope/store';
import { layersSchema, openCheckpoints } from '@unitscope/tables';
import { eachLimited } from '@unitscope/base';
import { SweepObjects } from '../sweep-objects.js';
import { tableMetadata } from '../../tables/table-metadata.js';

const REQUESTS_AT_ONCE = 16;

/** What the metadata of a checkpoint's tables say of them. */
export interface TablesFound {
  /** How many cells they hold. */
  readonly cells: number;
  /** The digest of what their bytes are determined by (provenance). */
  readonly content: string | undefined;
}

/** What was read of tables before, so that who looks again and again reads only what has changed. */
export type TablesCache = Map<string, TablesFound | null>;

/**
 * What the result tables of each checkpoint say of themselves; null where a table of the checkpoint is not there or does
 * not say it.
 */
export async function tablesFound(
  manifest: Manifest,
  store: ObjectStore,
  cache: TablesCache = new Map(),
): Promise<(TablesFound | null)[]> {
  const objects = new SweepObjects(manifest.sweep);
  const there = new Map<string, ListedObject>();
  for await (const object of store.list(`${objects.root}/results/`)) there.set(object.key, object);
  const found: (TablesFound | null)[] = manifest.checkpoints.map(() => null);
  await eachLimited(manifest.checkpoints.entries(), REQUESTS_AT_ONCE, async ([checkpoint, { label }]) => {
    const keys = [objects.units(label), ...(manifest.keepBirths ? [objects.births(label)] : [])];
    const layers = there.get(objects.layers(label));
    if (layers === undefined || !keys.every((key) => there.has(key))) return;
    const version = `${layers.key} ${layers.size} ${layers.etag ?? ''}`;
    let says = layers.etag === undefined ? undefined : cache.get(version);
    if (says === undefined) {
      says = await saysOf(store, layers.key);
      cache.set(version, says);
    }
    found[checkpoint] = says;
  });
  return found;
}

/**
 * How many cells the tables of each checkpoint hold; null where they are not there. What the sweep noted of them at its end is
 * taken for it, of tables that were not written since.
 */
export async function cellsHeld(
  manifest: Manifest,
  store: ObjectStore,
  cache?: TablesCache,
): Promise<(number | null)[]> {
  const objects = new SweepObjects(manifest.sweep);
  const there = new Map<string, ListedObject>();
  for await (const object of store.list(`${objects.root}/results/`)) there.set(object.key, object);
  const noted = await notedCells(store, there.get(objects.checkpoints));
  const held = manifest.checkpoints.map(({ label }): number | null => {
    const keys = [objects.units(label), ...(manifest.keepBirths ? [objects.births(label)] : [])];
    const layers = there.get(objects.layers(label));
    if (layers === undefined || !keys.every((key) => there.has(key))) return null;
    const isNoted = layers.modified < (there.get(objects.checkpoints)?.modified ?? 0);
    return isNoted ? (noted.get(label) ?? null) : null;
  });
  // Those that are not noted, and those that hold nothing: their tables say it.
  if (held.every((cells) => cells !== null && cells > 0)) return held;
  return (await tablesFound(manifest, store, cache)).map((found) => found?.cells ?? null);
}

/** By label, what checkpoints.arrow has; empty where there is none, or it is damaged. */
async function notedCells(
  store: ObjectStore,
  listed: ListedObject | undefined,
): Promise<ReadonlyMap<string, number>> {
  if (listed === undefined) return new Map();
  const reader = await store.open(listed.key);
  try {
    const { checkpoint, cells } = await (await openCheckpoints(reader)).readAll();
    const rows = [...cells.valid.entries()].filter(([, valid]) => valid === 1);
    return new Map(
      rows.map(([row]) => [checkpoint.labels[checkpoint.codes[row] ?? 0] ?? '', cells.values[row] ?? 0]),
    );
  } catch (error) {
    if (isStoreTrouble(error)) throw error;
    return new Map();
  } finally {
    await reader.close();
  }
}

async function saysOf(store: ObjectStore, key: string): Promise<TablesFound | null> {
  const metadata = await tableMetadata(store, key, layersSchema);
  const [cells, planned] = ['unitscope.cells', 'unitscope.cells_planned'].map((name) => metadata?.get(name));
  if (cells === undefined || planned === undefined) return null;
  return { cells: Number(cells), content: metadata?.get('unitscope.content') };
}
