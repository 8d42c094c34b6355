import type { Manifest, Task } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import {
  expectPrepared,
  finishedCheckpoints,
  garbageCollected,
  HeldError,
  takeShard,
  takeStock,
  type FailureRow,
  type SweepProgress,
} from '@unitscope/tasks';
import type { RunOptions } from './run-options.js';
import { runSweep, type SweepOutcome } from './run-sweep.js';
import { SweepRun } from './sweep-run.js';
import { notePart } from './part-notes.js';
import { hearStopRequests } from './stop-requests.js';
import { ThreadPool } from './thread-pool.js';

/** One of `count` parts of a sweep's work; `index` from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface ShardOutcome extends SweepProgress {
  readonly failures: readonly FailureRow[];
  /** Of the whole sweep, where this was the part that ended last and made its tables. */
  readonly sweep: SweepOutcome | null;
}

/**
 * Does one part of a manifest's tasks, as runSweep does all: the parts of one sweep share nothing but the store, and may run
 * at once, on any machines. The part that finds all of the sweep measured makes its tables. Throws HeldError where another
 * process does the same part or removes the sweep, and what runSweep throws.
 */
export async function runShard(manifest: Manifest, shard: Shard, options: RunOptions): Promise<ShardOutcome> {
  const store = await openStore(options.store);
  const lease = await takeShard(store, manifest, shard);
  const pool = new ThreadPool();
  const stop = new AbortController();
  const signals = [stop.signal, lease.lost, ...(options.signal === undefined ? [] : [options.signal])];
  const run = new SweepRun(
    manifest,
    { ...options, signal: AbortSignal.any(signals) },
    tasksOf(manifest.checkpoints.length, shard),
  );
  if (lease.record.afterDeath === true) run.isolateFirst();
  let heard = (): Promise<void> => Promise.resolve();
  let noted: (over: boolean) => Promise<void> = () => Promise.resolve();
  let over = false;
  let finished: ReadonlySet<number> = new Set();
  try {
    await expectPrepared(store, manifest);
    // Another part may have written the manifest, and not waited yet.
    await garbageCollected(store);
    heard = await hearStopRequests(store, manifest.sweep, () => stop.abort());
    noted = await notePart(store, manifest.sweep, shard, () => run.progress());
    finished = await finishedCheckpoints(manifest, store);
    run.skip(finished);
    await run.drive(pool);
    over = true;
  } catch (error) {
    if (lease.lost.aborted)
      await lease.check(`shard ${shard.index}/${shard.count} of sweep "${manifest.sweep}"`);
    throw error;
  } finally {
    await heard();
    await noted(over);
    await pool.close();
    await lease.release();
  }
  return {
    ...run.progress(),
    failures: run.failures,
    sweep: await finish(manifest, store, options, finished),
  };
}

/** Makes the tables where every cell is measured and no other part is at it. `finished`: those known to be measured. */
async function finish(
  manifest: Manifest,
  store: ObjectStore,
  options: RunOptions,
  finished: ReadonlySet<number>,
): Promise<SweepOutcome | null> {
  for (const checkpoint of manifest.checkpoints.keys())
    if (!finished.has(checkpoint) && (await takeStock(manifest, store, checkpoint)).lacking.length > 0)
      return null;
  try {
    return await runSweep(manifest, options);
  } catch (error) {
    if (error instanceof HeldError) return null;
    throw error;
  }
}

/** Whole checkpoints, which are opened once then; single tasks where there are more parts than checkpoints. */
export function tasksOf(checkpoints: number, { index, count }: Shard): (task: Task) => boolean {
  if (checkpoints >= count) return ({ checkpoint }) => checkpoint % count === index - 1;
  return ({ checkpoint, index: task }) => (task * checkpoints + checkpoint) % count === index - 1;
}
