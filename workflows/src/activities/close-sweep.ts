import {
  completenessOf,
  recordedFailures,
  recordFailure,
  writeCheckpoints,
  writeFailures,
  writeObjects,
  writeSummaries,
} from '@unitscope/tasks';
import type { ClosedSweep } from '../messages/messages.js';
import { lostFailure } from './set-aside.js';
import type { LoadedSweep } from './loaded-sweeps.js';

/** Checkpoints that closeSweep names at once: its answer stays a small message. */
const NAMED_INCOMPLETE = 1000;

/** As `closeSweep` of SweepActivities. */
export async function closeSweep({ manifest, store }: LoadedSweep, last: boolean): Promise<ClosedSweep> {
  let rows = await recordedFailures(manifest.sweep, store);
  const { incomplete, held, cells } = await completenessOf(manifest, store, rows);
  if (last && incomplete.length > 0) {
    const cause = lostFailure('a result table of it was');
    for (const checkpoint of incomplete)
      await recordFailure(manifest, store, { kind: 'aggregate', checkpoint, index: 0 }, cause);
    rows = await recordedFailures(manifest.sweep, store);
  }
  await writeFailures(manifest, store, rows);
  // While something is missing, the sweep goes on.
  if (last || incomplete.length === 0) {
    await writeObjects(manifest, store, held);
    await writeSummaries(manifest, store);
  }
  await writeCheckpoints(manifest, store, held);
  return {
    failedTasks: rows.length,
    held: cells.held,
    incomplete: incomplete.slice(0, NAMED_INCOMPLETE),
  };
}
