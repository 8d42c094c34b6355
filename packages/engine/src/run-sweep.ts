import type { Manifest } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import {
  clearFailures,
  completenessOf,
  expectPrepared,
  finishedCheckpoints,
  REMAKES,
  removeSummaries,
  takeSweep,
  writeCheckpoints,
  writeFailures,
  writeObjects,
  writeSummaries,
  type FailureRow,
  type Lease,
  type SweepProgress,
  type TablesCache,
} from '@unitscope/tasks';
import { ProgressNotes } from './progress-notes.js';
import { ThreadPool } from './thread-pool.js';
import type { RunOptions } from './run-options.js';
import { SweepRun } from './sweep-run.js';

export interface SweepOutcome extends SweepProgress {
  readonly failures: readonly FailureRow[];
  /** Cells that the result tables hold: all of the manifest but those of the failures. */
  readonly held: number;
}

/**
 * Runs a manifest's tasks over the threads of this machine, and writes the result tables. Finished tasks are found in
 * the store and not done again. A task whose input is wrong, or that failed `attempts` times, is set aside in
 * `failures.arrow` while the rest goes on; trouble of the machine or the store is no attempt of the task's. Objects that
 * go away while it runs are made again; those that go away each time are failures too, so that the manifest's cells are
 * always those of the tables and of the failures. How far it is stands in the store as long as it runs. Throws
 * HeldError where another process runs the sweep, SweepNameTakenError where its name stands for another manifest by now,
 * SweepInterruptedError when `signal` aborts or it is asked to stop (requestStop), StoreUnusableError when the store
 * or this machine refuses, or stays in trouble; what was done stays done.
 */
export async function runSweep(manifest: Manifest, options: RunOptions): Promise<SweepOutcome> {
  const store = await openStore(options.store);
  const lease = await takeSweep(store, manifest, 'run');
  try {
    await expectPrepared(store, manifest);
    return await runHeld(manifest, options, store, lease);
  } catch (error) {
    // Taken for dead by another, and replaced: that is why it ended.
    if (lease.lost.aborted) await lease.check(`sweep "${manifest.sweep}"`);
    throw error;
  } finally {
    await lease.release();
  }
}

async function runHeld(
  manifest: Manifest,
  options: RunOptions,
  store: ObjectStore,
  lease: Lease,
): Promise<SweepOutcome> {
  const stop = new AbortController();
  const signals = [stop.signal, lease.lost, ...(options.signal === undefined ? [] : [options.signal])];
  const run = new SweepRun(manifest, { ...options, signal: AbortSignal.any(signals) });
  if (lease.record.afterDeath === true) run.isolateFirst();
  const notes = new ProgressNotes(
    store,
    manifest.sweep,
    () => run.progress(),
    () => stop.abort(),
  );
  const pool = new ThreadPool();
  try {
    await writeCheckpoints(manifest, store);
    await notes.begin();
    const tables: TablesCache = new Map();
    const finished = await finishedCheckpoints(manifest, store, tables);
    if (finished.size < manifest.checkpoints.length) await removeSummaries(manifest.sweep, store);
    run.skip(finished);
    const held = await driveToEnd(run, pool, manifest, store, tables);
    await lease.check(`sweep "${manifest.sweep}"`);
    await writeFailures(manifest, store, run.failures);
    await clearFailures(manifest.sweep, store);
    await writeObjects(manifest, store, held);
    await writeSummaries(manifest, store);
    await writeCheckpoints(manifest, store, held);
    const cells = held.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    return { ...run.progress(), failures: run.failures, held: cells };
  } finally {
    await pool.close();
    await notes.end();
  }
}

/** Does the tasks, and again what the result tables turn out to lack at the end; answers the cells they hold. */
async function driveToEnd(
  run: SweepRun,
  pool: ThreadPool,
  manifest: Manifest,
  store: ObjectStore,
  tables: TablesCache,
): Promise<readonly (number | null)[]> {
  for (let remake = 0; ; remake++) {
    await run.drive(pool);
    const { incomplete, held } = await completenessOf(manifest, store, run.failures, tables);
    if (incomplete.length === 0) return held;
    for (const checkpoint of incomplete) {
      if (remake < REMAKES) run.makeTablesAgain(checkpoint);
      else run.loseTables(checkpoint);
    }
    if (remake >= REMAKES) return held;
  }
}
