import type { Manifest } from '@unitscope/plan';
import type { ListedObject, ObjectStore } from '@unitscope/store';
import { layersSchema } from '@unitscope/tables';
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

async function saysOf(store: ObjectStore, key: string): Promise<TablesFound | null> {
  const metadata = await tableMetadata(store, key, layersSchema);
  const [cells, planned] = ['unitscope.cells', 'unitscope.cells_planned'].map((name) => metadata?.get(name));
  if (cells === undefined || planned === undefined) return null;
  return { cells: Number(cells), content: metadata?.get('unitscope.content') };
}
