import { cellKeys, checkpointTasks, type Cell, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { eachLimited, REQUESTS_AT_ONCE } from '@unitscope/base';

/** What of a checkpoint its result tables can be made of, and what they would lack. */
export interface CheckpointStock {
  /** Cells whose objects are there. */
  readonly held: ReadonlySet<Cell>;
  /** Every cell of the checkpoint. */
  readonly cells: readonly Cell[];
  /** Indices of the tasks with a cell whose objects are not there, ascending. */
  readonly lacking: readonly number[];
}

/** Asks the store for every cell of a checkpoint: its unit object, and its births where they are kept. */
export async function takeStock(
  manifest: Manifest,
  store: ObjectStore,
  checkpoint: number,
): Promise<CheckpointStock> {
  const held = new Set<Cell>();
  const lacking = new Set<number>();
  const asked = checkpointTasks(manifest, checkpoint).flatMap(({ index, cells }) =>
    cells.map((cell) => ({ index, cell })),
  );
  await eachLimited(asked, REQUESTS_AT_ONCE, async ({ index, cell }) => {
    if (await isMeasured(manifest, store, cell)) held.add(cell);
    else lacking.add(index);
  });
  return { held, cells: asked.map(({ cell }) => cell), lacking: [...lacking].sort((a, b) => a - b) };
}

async function isMeasured(manifest: Manifest, store: ObjectStore, cell: Cell): Promise<boolean> {
  const { units, births } = cellKeys(manifest, cell);
  if ((await store.head(units)) === undefined) return false;
  return !manifest.keepBirths || (await store.head(births)) !== undefined;
}
