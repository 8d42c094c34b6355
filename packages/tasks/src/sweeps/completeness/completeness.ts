import { cellCount, type Manifest, type ManifestWork } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import type { FailureRow } from '../../tables/result-tables.js';
import { cellsHeld, type TablesCache } from './tables-found.js';

/** Code of a task's failure whose objects were made again and again and were gone each time. */
export const OBJECT_LOST = 'OBJECT_LOST';

/** How often what was done and is gone from the store is made again, before it counts as lost. */
export const REMAKES = 3;

/** What to say of it; `what`: "an object of it was". */
export function lostMessage(what: string, times: number): string {
  return (
    `${what} written ${times} times and was gone from the store each time: end what removes it (a lifecycle rule of ` +
    `the bucket, a clean-up job, a hand), then run the sweep again`
  );
}

/** How a sweep's tables stand to its manifest: cells = held + failed + lost + missing. */
export interface Completeness {
  readonly cells: {
    /** Of the manifest. */
    readonly total: number;
    /** In the result tables. */
    readonly held: number;
    /** Not in the tables, for a failure that is recorded. */
    readonly failed: number;
    /** Not in the tables, since their objects were lost again and again; that is recorded too. */
    readonly lost: number;
    /** Not in the tables, and nothing says why: not done yet, or gone since. */
    readonly missing: number;
  };
  /** Checkpoints with missing cells, by their index. */
  readonly incomplete: readonly number[];
  /** Cells in the tables of each checkpoint; null where its tables are not there. */
  readonly held: readonly (number | null)[];
}

/** Compares a sweep's manifest, its result tables and its recorded failures. */
export async function completenessOf(
  manifest: Manifest,
  store: ObjectStore,
  failures: readonly FailureRow[],
  cache?: TablesCache,
): Promise<Completeness> {
  const held = await cellsHeld(manifest, store, cache);
  const known = failedCells(manifest, failures);
  const cells = { total: 0, held: 0, failed: 0, lost: 0, missing: 0 };
  const incomplete: number[] = [];
  for (const [checkpoint, count] of held.entries()) {
    const total = cellCount(manifest, checkpoint);
    const { failed = 0, lost = 0 } = known.get(checkpoint) ?? {};
    // A failed task may have left objects of some of its cells: no more are failed than are not there.
    const lacking = total - Math.min(total, count ?? 0);
    const gone = Math.min(lost, lacking);
    const explained = Math.min(failed, lacking - gone);
    const missing = lacking - gone - explained;
    cells.total += total;
    cells.held += total - lacking;
    cells.failed += explained;
    cells.lost += gone;
    cells.missing += missing;
    if (missing > 0 || (count === null && total === 0)) incomplete.push(checkpoint);
  }
  return { cells, incomplete, held };
}

/** Cells of the recorded failures, by checkpoint. */
function failedCells(
  manifest: Manifest,
  failures: readonly FailureRow[],
): Map<number, { failed: number; lost: number }> {
  const places = new Map([...manifest.checkpoints.entries()].map(([at, { label }]) => [label, at]));
  const known = new Map<number, { failed: number; lost: number }>();
  for (const { checkpoint, task, code } of failures) {
    const place = places.get(checkpoint);
    if (place === undefined) continue;
    const counts = known.get(place) ?? { failed: 0, lost: 0 };
    known.set(place, counts);
    const cells = task === 'aggregate' ? cellCount(manifest, place) : cellsATask(manifest, place);
    if (code === OBJECT_LOST) counts.lost += cells;
    else counts.failed += cells;
  }
  return known;
}

/** An extract task is all layers of one category, a measure task one cell. */
function cellsATask(manifest: ManifestWork, checkpoint: number): number {
  const { source } = manifest;
  return source.kind !== 'models'
    ? 1
    : cellCount(manifest, checkpoint) / Math.max(1, source.categories.length);
}
