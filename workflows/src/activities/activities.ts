import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { cellCount, checkpointTasks, type Manifest } from '@unitscope/plan';
import {
  clearFailure,
  completenessOf,
  failedTasks,
  lostMessage,
  OBJECT_LOST,
  recordedFailures,
  recordFailure,
  REMAKES,
  takeStock,
  writeCheckpoints,
  writeFailures,
  type TaskFailureCause,
  type TaskRef,
} from '@unitscope/tasks';
import { troubleOf } from '@unitscope/engine';
import type { ObjectStore } from '@unitscope/store';
import { z } from 'zod';
import { InputError } from '@unitscope/base';
import { taskQueues, type Batch } from '../messages/messages.js';
import {
  computeArguments,
  refuseBeyond,
  refuseOtherArguments,
  sweepArguments,
  type ArgumentSchemas,
} from './arguments.js';
import {
  givenBack,
  noRefusals,
  refusalsSchema,
  refusedOnceMore,
  TroubleError,
  troubleIn,
} from '../worker/trouble/give-back.js';
import { slotsOf, surroundings } from '../worker/trouble/surroundings.js';
import type { ComputeHost } from './compute-host.js';
import type { LoadedSweep } from './loaded-sweeps.js';
import type { ComputeActivities, SweepActivities } from './sweep-activities.js';
import { planOf } from './plan-of.js';
import { mostTasks, sharedPlan } from './shared-plan.js';
import { checkpointNames } from './short-names.js';
import { TaskBatch } from './task-batch.js';
import { withHeartbeats } from './with-heartbeats.js';

/** Checkpoints that closeSweep names at once: its answer stays a small message. */
const NAMED_INCOMPLETE = 1000;

/** The activities of the sweep's own queue: a few objects read and written. */
export function sweepActivities(host: ComputeHost): SweepActivities {
  return supervised<SweepActivities>(host, sweepArguments, {
    async openSweep(ref, from = 0) {
      const { manifest, store } = await host.sweeps.get(ref);
      await writeCheckpoints(manifest, store);
      const plan = sharedPlan(manifest);
      return {
        cells: manifest.checkpoints.reduce((sum, _, i) => sum + cellCount(manifest, i), 0),
        names: checkpointNames(manifest, from),
        tasks: mostTasks(manifest),
        ...(plan !== undefined && { plan }),
      };
    },
    async planCheckpoint(ref, checkpoint) {
      const { manifest } = await host.sweeps.get(ref);
      refuseBeyond(manifest, checkpoint);
      return planOf(manifest, checkpoint, checkpointTasks(manifest, checkpoint));
    },
    async countSlots() {
      const { extract, measure } = taskQueues;
      const counts = await Promise.all([extract, measure].map(slotsOf));
      return Math.max(...counts.map((count) => count ?? 0));
    },
    async failedCheckpoints(ref) {
      const { manifest, store } = await host.sweeps.get(ref);
      const failed = await failedTasks(ref.sweep, store);
      const { incomplete } = await completenessOf(manifest, store, await recordedFailures(ref.sweep, store));
      return [...new Set([...failed.map(({ checkpoint }) => checkpoint), ...incomplete])]
        .filter((i) => i < ref.checkpoints)
        .sort((a, b) => a - b);
    },
    async failedTasksOf(ref, checkpoint, from, limit) {
      const { manifest, store } = await host.sweeps.get(ref);
      const count = checkpointTasks(manifest, checkpoint).length;
      const failed = await setAsideOf(ref.sweep, store, checkpoint);
      return failed.filter((index) => index >= from && index < count).slice(0, limit);
    },
    async missingTasksOf(ref, checkpoint, from, limit) {
      const { manifest, store } = await host.sweeps.get(ref);
      const failed = new Set(await setAsideOf(ref.sweep, store, checkpoint));
      const { lacking } = await takeStock(manifest, store, checkpoint);
      return lacking.filter((index) => index >= from && !failed.has(index)).slice(0, limit);
    },
    async closeSweep(ref, last = false) {
      const { manifest, store } = await host.sweeps.get(ref);
      let rows = await recordedFailures(ref.sweep, store);
      const { incomplete, held, cells } = await completenessOf(manifest, store, rows);
      if (last && incomplete.length > 0) {
        const cause = lostFailure('a result table of it was');
        for (const checkpoint of incomplete)
          await recordFailure(manifest, store, { kind: 'aggregate', checkpoint, index: 0 }, cause);
        rows = await recordedFailures(ref.sweep, store);
      }
      await writeFailures(manifest, store, rows);
      await writeCheckpoints(manifest, store, held);
      return {
        failedTasks: rows.length,
        held: cells.held,
        incomplete: incomplete.slice(0, NAMED_INCOMPLETE),
      };
    },
  });
}

/** Indices of a checkpoint's tasks that are set aside. */
async function setAsideOf(sweep: string, store: ObjectStore, checkpoint: number): Promise<number[]> {
  const failed = await failedTasks(sweep, store, checkpoint);
  return failed.filter(({ kind }) => kind === 'cells').map(({ index }) => index);
}

function lostFailure(what: string): TaskFailureCause {
  const attempts = 1 + REMAKES;
  return { attempts, code: OBJECT_LOST, message: lostMessage(what, attempts) };
}

/** The activities that compute, in threads: heartbeats come from here. */
export function computeActivities(host: ComputeHost): ComputeActivities {
  const runTasks: ComputeActivities['measureTasks'] = async (ref, batch, attempts, taskTimeout) => {
    // A batch says more with heartbeats of its own.
    const sweep = await withHeartbeats(() => host.sweeps.get(ref));
    const result = await new TaskBatch(host, sweep, attempts, taskTimeout).run(batch);
    if (!isWhole(sweep.manifest, batch) || result.failed.length > 0) return result;
    return { ...result, tables: await withHeartbeats(() => madeTables(host, sweep, batch, taskTimeout)) };
  };
  const aggregateTables: ComputeActivities['aggregateTables'] = (
    ref,
    checkpoint,
    attempts,
    last = false,
    taskTimeout,
  ) =>
    withHeartbeats(async () => {
      const context = Context.current();
      const sweep = await host.sweeps.get(ref);
      refuseBeyond(sweep.manifest, checkpoint);
      const task: TaskRef = { kind: 'aggregate', checkpoint, index: 0 };
      let lost = 0;
      for (let attempt = 1; ;) {
        const setAside = await setAsideOf(ref.sweep, sweep.store, checkpoint);
        const reply = await host.run(
          sweep,
          { ...task, setAside },
          context.info.attempt > 1,
          context.cancellationSignal,
          taskTimeout,
        );
        if (context.cancellationSignal.aborted) await context.cancelled;
        if ('outcome' in reply) {
          const { missing = [] } = reply.outcome;
          if (missing.length > 0 && !last) return { failed: false, missing: missing.length };
          if (missing.length > 0) {
            const cause = lostFailure('an object of it was');
            for (const index of missing)
              await recordFailure(sweep.manifest, sweep.store, { kind: 'cells', checkpoint, index }, cause);
            lost += missing.length;
            continue;
          }
          await clearFailure(ref.sweep, sweep.store, task);
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
        await recordFailure(sweep.manifest, sweep.store, task, { attempts: attempt, code, message });
        return { failed: true, lost };
      }
    });
  return translated<ComputeActivities>(host, computeArguments, {
    extractTasks: runTasks,
    measureTasks: runTasks,
    aggregateTables,
  });
}

function isWhole(manifest: Manifest, { checkpoint, from, to, tasks }: Batch): boolean {
  return tasks === undefined && from === 0 && to === checkpointTasks(manifest, checkpoint).length;
}

/**
 * Makes the tables of a checkpoint whose only batch is done, so that a small one needs no activity more. Whatever is in the
 * way is none of the batch's: false, and aggregateTables sees to it.
 */
async function madeTables(
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

/** They may answer without a word from the store, so that a worker that it refuses is not well by them. */
const WITHOUT_STORE: ReadonlySet<string> = new Set<keyof SweepActivities>(['countSlots', 'planCheckpoint']);

/** Of activities that send no heartbeats of their own. */
function supervised<A extends object>(host: ComputeHost, schemas: ArgumentSchemas<A>, activities: A): A {
  const heard = wrapped(activities, async (work, name) => {
    const answer = await withHeartbeats(work);
    if (!WITHOUT_STORE.has(name)) host.health.succeeded('store');
    return answer;
  });
  return translated(host, schemas, heard);
}

/**
 * Arguments are checked; failures are as Temporal is to see them: bad input is never tried again, trouble of a worker or
 * the store is.
 */
function translated<A extends object>(host: ComputeHost, schemas: ArgumentSchemas<A>, activities: A): A {
  return wrapped(activities, async (work, name, args) => {
    try {
      refuseOtherArguments(schemas[name as keyof A], name, args);
      return await work();
    } catch (error) {
      throw await translate(host, error);
    }
  });
}

function wrapped<A extends object>(
  activities: A,
  around: (work: () => Promise<unknown>, name: string, args: readonly unknown[]) => Promise<unknown>,
): A {
  return Object.fromEntries(
    Object.entries(activities as Record<string, (...args: unknown[]) => Promise<unknown>>).map(
      ([name, activity]) => [name, (...args: unknown[]) => around(() => activity(...args), name, args)],
    ),
  ) as A;
}

async function translate(host: ComputeHost, error: unknown): Promise<unknown> {
  const { info, cancellationSignal } = Context.current();
  if (error instanceof ApplicationFailure || cancellationSignal.aborted) return error;
  const trouble = troubleIn(error);
  if (trouble !== null) {
    host.health.failed(trouble);
    const around = surroundings(host);
    const before = z.object({ refused: refusalsSchema }).safeParse(info.heartbeatDetails).data?.refused;
    const refused = refusedOnceMore(before ?? noRefusals, host.identity, around.now);
    Context.current().heartbeat({ ...(info.heartbeatDetails as object | undefined), refused, ended: true });
    return givenBack(trouble, refused, around);
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (!(error instanceof Error) || typeof code !== 'string') return error;
  return ApplicationFailure.create({
    message: error.message,
    type: code,
    nonRetryable: error instanceof InputError,
  });
}
