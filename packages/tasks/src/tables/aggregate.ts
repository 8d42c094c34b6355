import { layerSummaries, type CategoryUnits, type StatisticsOptions } from '@unitscope/entropy';
import { byLayerAndCategory, cellKeys, type Cell, type Manifest } from '@unitscope/plan';
import { ObjectNotFoundError, type ObjectStore } from '@unitscope/store';
import { birthsSchema, encodeTable, layersSchema, TableFile, unitsSchema } from '@unitscope/tables';
import { cellStatistics, selectivities } from './cell-statistics.js';
import { takeStock } from '../sweeps/completeness/lacking-tasks.js';
import { REQUESTS_AT_ONCE, inOrder } from '@unitscope/base';
import { layerColumns, type LayerRows } from './layer-columns.js';
import { placeColumns, placeLabels } from './place-columns.js';
import { COMPARISON_KEY, comparisonOf } from '../sweeps/proof/cpu-comparison.js';
import { provenance } from './provenance.js';
import { writeTable } from './write-table.js';
import { relabelBirths } from './relabel-births.js';
import { SweepObjects } from '../sweeps/sweep-objects.js';
import { readUnitBirths, readUnitHistograms, type UnitBirths, type UnitHistograms } from './unit-objects.js';

/** So often an object may go away between the look for it and its reading, before something else is wrong. */
const LOOKS = 3;

/**
 * Makes the result tables of one checkpoint from the unit objects of its cells: adds the labels, computes the
 * statistics, writes rows in their order. Cells of the tasks `setAside` may have no object, and are left out then.
 * Where an object of another task is not there, no table is written, and the answer is those tasks: they are to be done
 * again. Tables that are there already with the same content are left as they are.
 */
export async function aggregate(
  manifest: Manifest,
  store: ObjectStore,
  checkpoint: number,
  setAside: readonly number[] = [],
): Promise<readonly number[]> {
  const mayLack = new Set(setAside);
  for (let look = 1; ; look++) {
    const { cells, held, lacking } = await takeStock(manifest, store, checkpoint);
    const missing = lacking.filter((task) => !mayLack.has(task));
    if (missing.length > 0) return missing;
    try {
      const there = cells.filter((cell) => held.has(cell)).sort(byLayerAndCategory);
      await makeTables(manifest, store, checkpoint, there, cells.length);
      return [];
    } catch (error) {
      // It was there a moment ago: gc, a lifecycle rule of the bucket, a hand.
      if (!(error instanceof ObjectNotFoundError) || look === LOOKS) throw error;
    }
  }
}

async function makeTables(
  manifest: Manifest,
  store: ObjectStore,
  checkpoint: number,
  cells: readonly Cell[],
  planned: number,
): Promise<void> {
  const label = manifest.checkpoints[checkpoint]?.label;
  if (label === undefined) throw new RangeError(`the sweep has no checkpoint ${checkpoint}`);
  const made = provenance(manifest, checkpoint, cells, planned);
  const objects = new SweepObjects(manifest.sweep);
  const others = [objects.units(label), ...(manifest.keepBirths ? [objects.births(label)] : [])];
  const there = await Promise.all(others.map((key) => store.head(key)));
  const content = made['unitscope.content'];
  if (!there.includes(undefined) && (await isUpToDate(store, objects.layers(label), content))) return;

  // Part of no digest: whoever asks whether tables are up to date need not read objects.
  const comparison = await comparisonOf(manifest, store, checkpoint, cells);
  const metadata = { ...made, ...(comparison && { [COMPARISON_KEY]: JSON.stringify(comparison) }) };
  if (manifest.keepBirths)
    await writeBirths(manifest, store, objects.births(label), checkpoint, cells, metadata);
  const summaries = await writeUnits(manifest, store, objects.units(label), checkpoint, cells, metadata);
  // Last: its being there says that the checkpoint's tables are complete.
  const columns = layerColumns(label, checkpoint, summaries);
  await store.put(objects.layers(label), await encodeTable(layersSchema, columns, { metadata }));
}

async function isUpToDate(store: ObjectStore, key: string, content: string | undefined): Promise<boolean> {
  if ((await store.head(key)) === undefined) return false;
  const reader = await store.open(key);
  try {
    return (await TableFile.open(reader, layersSchema)).metadata.get('unitscope.content') === content;
  } catch {
    return false; // damaged, or of another version: made anew
  } finally {
    await reader.close();
  }
}

async function writeUnits(
  manifest: Manifest,
  store: ObjectStore,
  key: string,
  checkpoint: number,
  cells: readonly Cell[],
  metadata: Record<string, string>,
): Promise<LayerRows[]> {
  const { threshold, minSelectiveRate, bootstrap } = manifest.statistics;
  const options: StatisticsOptions = { threshold, minSelectiveRate, density: manifest.density };
  const entry = manifest.checkpoints[checkpoint];
  const label = entry?.label ?? '';
  const layers: LayerRows[] = [];
  const labels = placeLabels(label, cells);
  await writeTable(store, key, unitsSchema, { metadata, labels }, async (table) => {
    for (const group of layerGroups(cells)) {
      const categories: CategoryUnits[] = [];
      const read = (cell: Cell): Promise<UnitHistograms> =>
        readUnitHistograms(store, cellKeys(manifest, cell).units);
      const objects: [Cell, UnitHistograms][] = [];
      for await (const found of inOrder(group, REQUESTS_AT_ONCE, read)) objects.push(found);
      const selectivity = selectivities(objects.map(([, object]) => object));
      for (const [cell, object] of objects) {
        const { units, statistics, columns } = cellStatistics(object, cell.size, options, selectivity);
        await table.write({ ...placeColumns(label, checkpoint, cell, units.length), ...columns });
        categories.push({ category: cell.category ?? '', units, statistics });
      }
      const [first] = group;
      if (first === undefined) continue;
      layers.push({
        group,
        summaries: layerSummaries(first.layer ?? '', categories, { resamples: bootstrap }),
      });
    }
  });
  return layers;
}

async function writeBirths(
  manifest: Manifest,
  store: ObjectStore,
  key: string,
  checkpoint: number,
  cells: readonly Cell[],
  metadata: Record<string, string>,
): Promise<void> {
  const label = manifest.checkpoints[checkpoint]?.label ?? '';
  const labels = placeLabels(label, cells);
  await writeTable(store, key, birthsSchema, { metadata, labels }, async (table) => {
    const read = async (cell: Cell): Promise<UnitBirths> =>
      relabelBirths(await readUnitBirths(store, cellKeys(manifest, cell).births), cell.images);
    for await (const [cell, births] of inOrder(cells, 1, read)) {
      await table.write({ ...placeColumns(label, checkpoint, cell, births.unit.length), ...births });
    }
  });
}

/** Cells of one layer together, in the order of the tables. */
function layerGroups(cells: readonly Cell[]): Cell[][] {
  const groups: Cell[][] = [];
  for (const cell of cells) {
    const last = groups.at(-1);
    if (last?.[0]?.layer === cell.layer && last.at(0)?.layerIndex === cell.layerIndex) last.push(cell);
    else groups.push([cell]);
  }
  return groups;
}
