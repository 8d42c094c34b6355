import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { TaskFailure } from '@unitscope/engine';
import { checkpointTasks, type Task } from '@unitscope/plan';
import { clearFailure, failedTasks, recordFailure, type TaskRef } from '@unitscope/tasks';
import type { Batch, BatchResult } from '../messages.js';
import type { ComputeHost } from './compute-host.js';
import type { LoadedSweep } from './loaded-sweeps.js';

/** After so many deaths of what ran it a task is set aside. */
const DEATHS = 3;
/** Attempts of a batch for which the store's refusal is taken for a passing one. */
const STORE_REFUSALS = 10;

/** What a heartbeat says, and what the next attempt knows of this one where the worker dies. */
interface Heartbeat {
  /** Tasks of the batch that are over, from its first one. */
  readonly over: number;
  /** The attempt ended by itself: its worker did not die. */
  readonly ended: boolean;
  /** Of the task after them: how often it died with what ran it. */
  readonly deaths: number;
  /** The task after them runs alone, so that a death is its own. */
  readonly alone: boolean;
}

interface Pending {
  readonly ref: TaskRef;
  readonly cells: number;
  attempts: number;
}

/**
 * One attempt at a batch: its tasks one after another, those that failed once more at the end. Where the attempt before
 * died with its worker, the rest is done task by task in processes of their own, so that the one that kills shows itself
 * and its neighbours live.
 */
export class TaskBatch {
  readonly #host: ComputeHost;
  readonly #sweep: LoadedSweep;
  readonly #attempts: number;
  readonly #context = Context.current();
  readonly #isolated: boolean;
  readonly #signal: AbortSignal;
  readonly #result = { done: 0, cached: 0, failedCells: 0, failed: [] as number[], maps: 0 };
  #recorded = new Set<number>();
  #beat: Heartbeat;

  constructor(host: ComputeHost, sweep: LoadedSweep, attempts: number) {
    this.#host = host;
    this.#sweep = sweep;
    this.#attempts = attempts;
    const { info } = this.#context;
    const before = info.heartbeatDetails as Heartbeat | undefined;
    this.#isolated = info.attempt > 1 && before?.ended !== true;
    // What is done is in the store and found there; only the deaths must not be forgotten.
    const deaths = before?.alone === true && !before.ended ? before.deaths + 1 : 0;
    this.#beat = { over: before?.over ?? 0, ended: false, deaths, alone: false };
    this.#signal = this.#context.cancellationSignal;
  }

  async run(batch: Batch): Promise<BatchResult> {
    const started = performance.now();
    const suspect = this.#beat;
    this.#heartbeat({});
    const beat = setInterval(() => this.#heartbeat({}), 1000);
    try {
      this.#recorded = new Set(
        (await failedTasks(this.#sweep.manifest.sweep, this.#sweep.store, batch.checkpoint))
          .filter(({ kind }) => kind === 'cells')
          .map(({ index }) => index),
      );
      const again: Pending[] = [];
      for (const [position, pending] of this.#tasks(batch).entries()) {
        const deaths = position === suspect.over ? suspect.deaths : 0;
        this.#heartbeat({ over: position, deaths, alone: this.#isolated });
        if (!(await this.#try(pending, deaths))) again.push(pending);
        this.#stopIfDraining();
      }
      for (let next = again.shift(); next !== undefined; next = again.shift()) {
        if (!(await this.#try(next, 0))) again.push(next);
        this.#stopIfDraining();
      }
    } catch (error) {
      this.#heartbeat({ ended: true });
      throw error;
    } finally {
      clearInterval(beat);
    }
    const { done, cached, failedCells, failed, maps } = this.#result;
    const seconds = (performance.now() - started) / 1000;
    return {
      cells: { done, cached, failed: failedCells },
      failed: failed.sort((a, b) => a - b),
      maps,
      seconds,
    };
  }

  #tasks({ checkpoint, from, to, tasks }: Batch): Pending[] {
    const all = checkpointTasks(this.#sweep.manifest, checkpoint);
    return Array.from({ length: to - from }, (_, i) => {
      const index = tasks?.[from + i] ?? from + i;
      const task: Task | undefined = all[index];
      return { ref: { kind: 'cells', checkpoint, index }, cells: task?.cells.length ?? 0, attempts: 0 };
    });
  }

  /** False: it failed, and is to be tried again. */
  async #try(pending: Pending, deathsBefore: number): Promise<boolean> {
    let deaths = deathsBefore;
    for (;;) {
      if (deaths >= DEATHS) {
        const message = `the task killed what ran it ${DEATHS} times`;
        await this.#setAside(pending, { code: 'TASK_KILLS_WORKER', message, input: false }, deaths);
        return true;
      }
      const reply = await this.#host.run(this.#sweep, pending.ref, this.#isolated, this.#signal);
      if (this.#signal.aborted) await this.#context.cancelled;
      if ('outcome' in reply) {
        const { cached, maps } = reply.outcome;
        this.#result.done += pending.cells;
        this.#result.cached += cached;
        this.#result.maps += maps;
        if (this.#recorded.has(pending.ref.index)) await this.#forget(pending.ref);
        return true;
      }
      if (reply.failure.code === 'PROCESS_DIED') {
        deaths++;
        this.#heartbeat({ deaths });
        continue;
      }
      return this.#failed(pending, reply.failure);
    }
  }

  async #failed(pending: Pending, failure: TaskFailure): Promise<boolean> {
    // The store's trouble is no task's fault: the batch is tried again later, perhaps elsewhere.
    if (failure.code.startsWith('STORE_')) throw storeFailure(failure, this.#context.info.attempt);
    pending.attempts++;
    if (!failure.input && pending.attempts < this.#attempts) return false;
    await this.#setAside(pending, failure, pending.attempts);
    return true;
  }

  async #setAside({ ref, cells }: Pending, failure: TaskFailure, attempts: number): Promise<void> {
    const { code, message } = failure;
    await recordFailure(this.#sweep.manifest, this.#sweep.store, ref, { attempts, code, message });
    this.#result.failed.push(ref.index);
    this.#result.failedCells += cells;
  }

  async #forget(ref: TaskRef): Promise<void> {
    await clearFailure(this.#sweep.manifest.sweep, this.#sweep.store, ref);
  }

  #heartbeat(change: Partial<Heartbeat>): void {
    this.#beat = { ...this.#beat, ...change };
    this.#context.heartbeat(this.#beat);
  }

  #stopIfDraining(): void {
    if (!this.#host.draining.aborted) return;
    throw ApplicationFailure.create({
      message: 'the worker is ending; another one goes on',
      type: 'WORKER_DRAINED',
      nextRetryDelay: '10ms',
    });
  }
}

/** The store's refusal as Temporal is to see it: tried again, but not for ever where the worker may not use it. */
export function storeFailure({ code, message, input }: TaskFailure, attempt: number): Error {
  const nonRetryable = (input || code === 'STORE_FULL') && attempt >= STORE_REFUSALS;
  return ApplicationFailure.create({ message, type: code, nonRetryable });
}
