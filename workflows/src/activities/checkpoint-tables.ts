import { Context } from '@temporalio/activity';
import { clearFailure, recordFailure, type TaskRef } from '@unitscope/tasks';
import { troubleOf } from '@unitscope/engine';
import type { Batch, TablesResult } from '../messages/messages.js';
import { refuseBeyond } from './arguments.js';
import { TroubleError } from '../worker/trouble/give-back.js';
import { lostFailure, setAsideOf } from './set-aside.js';
import type { ComputeHost } from './compute-host.js';
import type { LoadedSweep } from './loaded-sweeps.js';

/** How the tables of a checkpoint are made. */
interface TablesOrder {
  readonly checkpoint: number;
  readonly attempts: number;
  /** Objects that are still missing are given up as lost, and the tables made without them. */
  readonly last: boolean;
  readonly taskTimeout: string | undefined;
}

/** As `aggregateTables` of ComputeActivities. */
export async function aggregateTables(
  host: ComputeHost,
  sweep: LoadedSweep,
  { checkpoint, attempts, last, taskTimeout }: TablesOrder,
): Promise<TablesResult> {
  const { manifest, store } = sweep;
  refuseBeyond(manifest.checkpoints, checkpoint);
  const { info, cancellationSignal, cancelled } = Context.current();
  const task: TaskRef = { kind: 'aggregate', checkpoint, index: 0 };
  let lost = 0;
  for (let attempt = 1; ;) {
    const setAside = await setAsideOf(manifest.sweep, store, checkpoint);
    const reply = await host.run(
      sweep,
      { ...task, setAside },
      info.attempt > 1,
      cancellationSignal,
      taskTimeout,
    );
    if (cancellationSignal.aborted) await cancelled;
    if ('outcome' in reply) {
      const { missing = [] } = reply.outcome;
      if (missing.length > 0 && !last) return { failed: false, missing: missing.length };
      if (missing.length > 0) {
        await giveUp(sweep, checkpoint, missing);
        lost += missing.length;
        continue;
      }
      await clearFailure(manifest.sweep, store, task);
      host.health.succeeded('store');
      return { failed: false, lost };
    }
    const { failure } = reply;
    // What takes too much memory once more takes it everywhere.
    const isTasks = troubleOf(failure.code) === 'task' || failure.code === 'OUT_OF_MEMORY';
    if (!isTasks) throw new TroubleError(failure);
    if (!failure.input && attempt < attempts) {
      attempt++;
      continue;
    }
    const { code, message } = failure;
    await recordFailure(manifest, store, task, { attempts: attempt, code, message });
    return { failed: true, lost };
  }
}

async function giveUp(
  { manifest, store }: LoadedSweep,
  checkpoint: number,
  missing: readonly number[],
): Promise<void> {
  const cause = lostFailure('an object of it was');
  for (const index of missing)
    await recordFailure(manifest, store, { kind: 'cells', checkpoint, index }, cause);
}

/**
 * Makes the tables of a checkpoint whose only batch is done, so that a small one needs no activity more. Whatever is in the
 * way is none of the batch's: false, and aggregateTables sees to it.
 */
export async function madeTables(
  host: ComputeHost,
  sweep: LoadedSweep,
  { checkpoint }: Batch,
  taskTimeout?: string,
): Promise<boolean> {
  const { info, cancellationSignal } = Context.current();
  // What killed the worker before may have been the tables.
  if (info.attempt > 1 || host.draining.aborted) return false;
  const task: TaskRef = { kind: 'aggregate', checkpoint, index: 0 };
  const reply = await host.run(sweep, task, false, cancellationSignal, taskTimeout);
  if (!('outcome' in reply) || (reply.outcome.missing ?? []).length > 0) return false;
  await clearFailure(sweep.manifest.sweep, sweep.store, task);
  return true;
}
