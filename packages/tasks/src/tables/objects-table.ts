import {
  byLayerAndCategory,
  cellCount,
  cellKeys,
  checkpointCells,
  type Cell,
  type Manifest,
} from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { nullableTextColumn, objectsSchema, sameText, textColumn } from '@unitscope/tables';
import { takeStock } from '../sweeps/completeness/lacking-tasks.js';
import { SweepObjects } from '../sweeps/sweep-objects.js';
import { labelsOf } from './sweep-labels.js';
import { writeTable } from './write-table.js';

/**
 * Writes objects.arrow: the keys of the objects of every cell that the result tables hold; `held` says how many of each
 * checkpoint they do.
 */
export async function writeObjects(
  manifest: Manifest,
  store: ObjectStore,
  held: readonly (number | null)[],
): Promise<void> {
  const metadata = { 'unitscope.sweep': manifest.sweep, 'unitscope.spec_digest': manifest.specDigest };
  const options = { metadata, labels: labelsOf(manifest) };
  await writeTable(store, new SweepObjects(manifest.sweep).objects, objectsSchema, options, async (table) => {
    for (const checkpoint of manifest.checkpoints.keys()) {
      const cells = await heldCells(manifest, store, checkpoint, held[checkpoint] ?? 0);
      if (cells.length > 0) await table.write(rowsOf(manifest, checkpoint, cells));
    }
  });
}

/** The cells that a checkpoint's tables hold; the store is asked only where they are not all. */
async function heldCells(
  manifest: Manifest,
  store: ObjectStore,
  checkpoint: number,
  held: number,
): Promise<readonly Cell[]> {
  if (held === 0) return [];
  if (held === cellCount(manifest, checkpoint)) return checkpointCells(manifest, checkpoint);
  const stock = await takeStock(manifest, store, checkpoint);
  return stock.cells.filter((cell) => stock.held.has(cell)).sort(byLayerAndCategory);
}

function rowsOf(manifest: Manifest, checkpoint: number, cells: readonly Cell[]) {
  const keys = cells.map((cell) => cellKeys(manifest, cell));
  const layers = cells.map(({ layerIndex }) => layerIndex);
  return {
    checkpoint: sameText(manifest.checkpoints[checkpoint]?.label ?? '', cells.length),
    checkpoint_index: {
      values: new Int32Array(cells.length).fill(checkpoint),
      valid: new Uint8Array(cells.length).fill(1),
    },
    layer: nullableTextColumn(cells.map(({ layer }) => layer)),
    layer_index: {
      values: Int32Array.from(layers, (index) => index ?? 0),
      valid: Uint8Array.from(layers, (index) => (index === null ? 0 : 1)),
    },
    category: nullableTextColumn(cells.map(({ category }) => category)),
    activations: nullableTextColumn(
      keys.map(({ activations }) => (manifest.keepActivations ? activations : null)),
    ),
    units: textColumn(keys.map(({ units }) => units)),
    births: nullableTextColumn(keys.map(({ births }) => (manifest.keepBirths ? births : null))),
  };
}
