import {
  layerSummaries,
  type CategoryUnits,
  type LayerSummary,
  type StatisticsOptions,
} from '@unitscope/entropy';
import { cellKeys, checkpointCells, type Cell, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import {
  birthsSchema,
  encodeTable,
  layersSchema,
  nullableTextColumn,
  sameText,
  TableFile,
  TableWriter,
  textColumn,
  unitsSchema,
  type Columns,
} from '@unitscope/tables';
import { cellStatistics } from './cell-statistics.js';
import { placeColumns, placeLabels } from './place-columns.js';
import { provenance } from './provenance.js';
import { relabelBirths } from './relabel-births.js';
import { SweepObjects } from './sweep-objects.js';
import { readUnitBirths, readUnitHistograms } from './unit-objects.js';

/**
 * Makes the result tables of one checkpoint from the unit objects of its cells: adds the labels, computes the
 * statistics, writes rows in their order. Cells that have no object (their task failed) are left out. Tables that are
 * there already with the same content are left as they are.
 */
export async function aggregate(manifest: Manifest, store: ObjectStore, checkpoint: number): Promise<void> {
  const label = manifest.checkpoints[checkpoint]?.label;
  if (label === undefined) throw new RangeError(`the sweep has no checkpoint ${checkpoint}`);
  const cells: Cell[] = [];
  for (const cell of checkpointCells(manifest, checkpoint)) {
    if ((await store.head(cellKeys(manifest, cell).units)) !== undefined) cells.push(cell);
  }
  const metadata = provenance(manifest, checkpoint, cells);
  const objects = new SweepObjects(manifest.sweep);
  if (await isUpToDate(store, objects.layers(label), metadata['unitscope.content'])) return;

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

/** The cells of one layer, and its summaries: one a cell, then the mean over them. */
interface LayerRows {
  readonly group: readonly Cell[];
  readonly summaries: readonly LayerSummary[];
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
  const writer = await store.createWriter(key);
  try {
    const table = await TableWriter.begin(unitsSchema, writer, {
      metadata,
      labels: placeLabels(label, cells),
    });
    for (const group of layerGroups(cells)) {
      const categories: CategoryUnits[] = [];
      for (const cell of group) {
        const object = await readUnitHistograms(store, cellKeys(manifest, cell).units);
        const { units, statistics, columns } = cellStatistics(object, cell.size, options);
        await table.write({ ...placeColumns(label, checkpoint, cell, units.length), ...columns });
        categories.push({ category: cell.category ?? '', units, statistics });
      }
      const [first] = group;
      if (first === undefined) continue;
      const identity = `${entry?.digest ?? ''}/${first.layer ?? ''}`;
      layers.push({ group, summaries: layerSummaries(identity, categories, { resamples: bootstrap }) });
    }
    await table.close();
    await writer.commit();
  } catch (error) {
    await writer.abort();
    throw error;
  }
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
  const writer = await store.createWriter(key);
  try {
    const table = await TableWriter.begin(birthsSchema, writer, {
      metadata,
      labels: placeLabels(label, cells),
    });
    for (const cell of cells) {
      const births = relabelBirths(await readUnitBirths(store, cellKeys(manifest, cell).births), cell.images);
      await table.write({ ...placeColumns(label, checkpoint, cell, births.unit.length), ...births });
    }
    await table.close();
    await writer.commit();
  } catch (error) {
    await writer.abort();
    throw error;
  }
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

function layerColumns(
  checkpoint: string,
  index: number,
  layers: readonly LayerRows[],
): Columns<typeof layersSchema.columns> {
  const rows = layers.flatMap(({ group, summaries }) =>
    summaries.map((summary, i) => ({
      summary,
      cell: group[i] ?? group[0],
      scope: i < group.length ? 'category' : 'all',
    })),
  );
  const count = rows.length;
  const numbers = (value: (summary: LayerSummary) => number): Uint32Array =>
    Uint32Array.from(rows, ({ summary }) => value(summary));
  const figures = (
    value: (summary: LayerSummary) => number | null,
  ): { values: Float64Array; valid: Uint8Array } => ({
    values: Float64Array.from(rows, ({ summary }) => value(summary) ?? 0),
    valid: Uint8Array.from(rows, ({ summary }) => (value(summary) === null ? 0 : 1)),
  });
  return {
    checkpoint: sameText(checkpoint, count),
    checkpoint_index: { values: new Int32Array(count).fill(index), valid: new Uint8Array(count).fill(1) },
    layer: nullableTextColumn(rows.map(({ cell }) => cell?.layer ?? null)),
    layer_index: {
      values: Int32Array.from(rows, ({ cell }) => cell?.layerIndex ?? 0),
      valid: Uint8Array.from(rows, ({ cell }) => (cell?.layerIndex == null ? 0 : 1)),
    },
    scope: textColumn(rows.map(({ scope }) => scope)),
    category: nullableTextColumn(
      rows.map(({ cell, scope }) => (scope === 'all' ? null : (cell?.category ?? null))),
    ),
    units: numbers((s) => s.units),
    sensitive_units: numbers((s) => s.sensitiveUnits),
    cells: numbers((s) => s.entropy.cells),
    entropy_mean: figures((s) => s.entropy.mean),
    entropy_sd: figures((s) => s.entropy.sd),
    entropy_q05: figures((s) => s.entropy.q05),
    entropy_q25: figures((s) => s.entropy.q25),
    entropy_q50: figures((s) => s.entropy.q50),
    entropy_q75: figures((s) => s.entropy.q75),
    entropy_q95: figures((s) => s.entropy.q95),
    entropy_ci_low: figures((s) => s.entropy.low),
    entropy_ci_high: figures((s) => s.entropy.high),
    relative_entropy_mean: figures((s) => s.relativeEntropy.mean),
    relative_entropy_sd: figures((s) => s.relativeEntropy.sd),
    relative_entropy_q05: figures((s) => s.relativeEntropy.q05),
    relative_entropy_q25: figures((s) => s.relativeEntropy.q25),
    relative_entropy_q50: figures((s) => s.relativeEntropy.q50),
    relative_entropy_q75: figures((s) => s.relativeEntropy.q75),
    relative_entropy_q95: figures((s) => s.relativeEntropy.q95),
    relative_entropy_ci_low: figures((s) => s.relativeEntropy.low),
    relative_entropy_ci_high: figures((s) => s.relativeEntropy.high),
    selective_rate_mean: figures((s) => s.meanSelectiveRate),
    map_size: Uint32Array.from(rows, ({ cell }) => cell?.size ?? 0),
  };
}
