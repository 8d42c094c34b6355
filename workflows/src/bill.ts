import { defaultPace } from './messages.js';

/** Seconds between two heartbeats that reach the server. */
export const HEARTBEAT_SECONDS = 5;
/** USD a million actions: Temporal Cloud's list price of the first tier, 2026. */
export const USD_A_MILLION = 50;

export interface Work {
  readonly checkpoints: number;
  readonly tasks: number;
  /** Seconds that all tasks together keep a thread busy. */
  readonly seconds: number;
}

export interface Bill {
  /** What Temporal Cloud counts: workflows, activities and heartbeats. */
  readonly actions: number;
  readonly usd: number;
}

/** What a sweep costs on Temporal Cloud, without the plan's minimum. */
export function temporalBill({ checkpoints, tasks, seconds }: Work): Bill {
  const each = checkpoints === 0 ? 0 : tasks / checkpoints;
  const perTask = tasks === 0 ? 0 : seconds / tasks;
  const batch = Math.max(
    1,
    Math.min(defaultPace.batchTasks, Math.floor(defaultPace.batchSeconds / Math.max(perTask, 1e-4))),
  );
  const batches =
    checkpoints * Math.ceil(each / Math.min(batch, Math.max(1, Math.ceil(each / defaultPace.lanes))));
  // The sweep: its start, opening and closing; a checkpoint: its start, plan and tables; an activity's first heartbeat counts.
  const actions = 3 + 3 * checkpoints + 2 * batches + Math.floor(seconds / HEARTBEAT_SECONDS);
  return { actions, usd: (actions * USD_A_MILLION) / 1e6 };
}
