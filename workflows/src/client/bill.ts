import { defaultPace } from '../messages/messages.js';
import { BatchSize } from '../workflows/batch-size.js';

/** Seconds between two heartbeats that reach the server (worker-host.ts). */
export const HEARTBEAT_SECONDS = 5;
/** USD a million actions: Temporal Cloud's list price of the first tier, 2026. */
const USD_A_MILLION_ACTIONS = 50;
/** Checkpoints of more tasks ask for their plan (shared-plan.ts). */
const MOST_SHARED_TASKS = 8;
/** After so many checkpoints the workers are counted (sweep-workflow.ts). */
const COUNT_EVERY = 50;

export interface TemporalWork {
  readonly checkpoints: number;
  readonly tasks: number;
  /** Seconds that all tasks together keep a thread busy. */
  readonly seconds: number;
}

/** What Temporal Cloud counts. */
export interface TemporalBill {
  readonly workflows: number;
  readonly activities: number;
  readonly heartbeats: number;
  readonly actions: number;
  /** Without the plan's minimum. */
  readonly usd: number;
}

/** What a sweep is for Temporal Cloud where nothing fails: a workflow, activity or heartbeat is an action. */
export function temporalBill({ checkpoints, tasks, seconds }: TemporalWork): TemporalBill {
  const each = checkpoints === 0 ? 0 : Math.ceil(tasks / checkpoints);
  const batches = checkpoints * batchesOf(each, tasks === 0 ? 0 : seconds / tasks);
  const workflows = 1 + checkpoints;
  const ofSweep = 3 + Math.floor(checkpoints / COUNT_EVERY); // opens, closes, counts the workers
  // Its plan, its tables: where it is one batch, that makes them.
  const ofCheckpoint = each > MOST_SHARED_TASKS ? 2 : each > 1 ? 1 : 0;
  const activities = ofSweep + checkpoints * ofCheckpoint + batches;
  // One when a batch begins, then as time goes.
  const heartbeats = batches + Math.floor(seconds / HEARTBEAT_SECONDS);
  const actions = workflows + activities + heartbeats;
  return { workflows, activities, heartbeats, actions, usd: (actions * USD_A_MILLION_ACTIONS) / 1e6 };
}

/** Batches of a checkpoint, as its workflow chooses them; the first of each lane know nothing. */
function batchesOf(tasks: number, secondsATask: number): number {
  const size = new BatchSize(defaultPace, null);
  let batches = 0;
  for (let left = tasks; left > 0; batches++) {
    if (batches === defaultPace.lanes) size.learn(1, secondsATask);
    left -= size.next(left);
  }
  return batches;
}
