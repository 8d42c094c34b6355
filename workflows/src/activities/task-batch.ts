import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { troubleOf, type TaskFailure } from '@unitscope/engine';
import { checkpointTasks, type Task } from '@unitscope/plan';
import { clearFailure, failedTasks, recordFailure, type TaskRef } from '@unitscope/tasks';
import * as z from 'zod';
import { PayloadError } from '../errors.js';
import type { Batch, BatchResult } from '../messages/messages.js';
import type { ComputeHost } from './compute-host.js';
import type { LoadedSweep } from './loaded-sweeps.js';
import {
  givenBack,
  noRefusals,
  refusalsSchema,
  refusedOnceMore,
  TroubleError,
  troubleIn,
  type Refusals,
} from '../worker/trouble/give-back.js';
import { surroundings } from '../worker/trouble/surroundings.js';

/** After so many deaths of a process of its own a task is set aside. */
const DEATHS = 3;
/** After so many in a row of the worker beside that process: it may take the memory of both, or others kill workers. */
const WORKER_DEATHS = 10;
/**
 * After so many times without memory for it alone a task is set aside, where it is unknown whether other workers are there.
 * More than a worker gives back before it rests (WorkerHealth), so that another one has had its turn.
 */
const MEMORY_SHORTAGES = 5;
/** As many where others are there: a worker that does smaller tasks between does not rest, and may get this one each time. */
const MEMORY_SHORTAGES_BESIDE_OTHERS = 30;

/** What a heartbeat says, and what the next attempt knows of this one where the worker dies. */
interface Heartbeat {
  /** Tasks of the batch that are over, from its first one. */
  readonly over: number;
  /** The attempt ended by itself: its worker did not die. */
  readonly ended: boolean;
  /** Of the task after them: how often its own process died. */
  readonly deaths: number;
  /** Of the task after them: how often in a row the worker died while it ran alone. */
  readonly workerDeaths: number;
  /** The task after them runs alone, so that a death is its own. */
  readonly alone: boolean;
  /** Attempts in a row that died with their worker. */
  readonly crashes: number;
  /** The attempts in a row that were given back, for trouble of the worker or the store. */
  readonly refused: Refusals;
  /** Of the task after them: which workers had no memory for it alone, once for each time. */
  readonly withoutMemory: readonly string[];
}

const count = z.int().min(0);
const heartbeatSchema: z.ZodType<Heartbeat> = z.object({
  over: count,
  ended: z.boolean(),
  deaths: count,
  workerDeaths: count,
  alone: z.boolean(),
  crashes: count,
  refused: refusalsSchema,
  withoutMemory: z.array(z.string()).max(100),
});

/** Also of an attempt that did not come to its tasks. */
const endedSchema = z.object({ ended: z.literal(true) });

type Deaths = Pick<Heartbeat, 'deaths' | 'workerDeaths'>;
const NO_DEATHS: Deaths = { deaths: 0, workerDeaths: 0 };

interface Pending {
  readonly ref: TaskRef;
  /** Its place in the batch. */
  readonly position: number;
  readonly cells: number;
  attempts: number;
}

/**
 * One attempt at a batch: its tasks one after another, those that failed once more at the end. Where the attempt before
 * died with its worker, what may have killed it is done in a process of its own, so that a task that kills shows itself
 * and its neighbours live: from where that attempt was until a task has been computed, since that is the one that was
 * at work; after a second death in a row, all.
 */
export class TaskBatch {
  readonly #host: ComputeHost;
  readonly #sweep: LoadedSweep;
  readonly #attempts: number;
  readonly #taskTimeout: string | undefined;
  readonly #context = Context.current();
  /** From this position on tasks run alone; Infinity once the suspected one has shown to be harmless. */
  #suspectFrom: number;
  readonly #signal: AbortSignal;
  readonly #result = { done: 0, cached: 0, failedCells: 0, failed: [] as number[], maps: 0 };
  #recorded = new Set<number>();
  #beat: Heartbeat;

  constructor(host: ComputeHost, sweep: LoadedSweep, attempts: number, taskTimeout?: string) {
    this.#host = host;
    this.#sweep = sweep;
    this.#attempts = attempts;
    this.#taskTimeout = taskTimeout ?? undefined;
    const { info } = this.#context;
    // What the attempt before said; what is no heartbeat of ours tells nothing.
    const before = heartbeatSchema.safeParse(info.heartbeatDetails).data;
    const died = info.attempt > 1 && !endedSchema.safeParse(info.heartbeatDetails).success;
    const crashes = died ? (before?.crashes ?? 0) + 1 : 0;
    const over = before?.over ?? 0;
    const suspects = crashes > 0 || (before?.withoutMemory ?? []).length > 0;
    this.#suspectFrom = !suspects ? Infinity : crashes <= 1 ? over : 0;
    // What is done is in the store and found there; only the deaths must not be forgotten.
    const suspected = died && before?.alone === true;
    this.#beat = {
      ...{ over, ended: false, alone: false, crashes },
      refused: before?.refused ?? noRefusals,
      withoutMemory: before?.withoutMemory ?? [],
      deaths: suspected ? before.deaths : 0,
      workerDeaths: suspected ? before.workerDeaths + 1 : 0,
    };
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
      for (const pending of this.#tasks(batch)) {
        const known = pending.position === suspect.over ? suspect : NO_DEATHS;
        if (!(await this.#try(pending, known))) again.push(pending);
        this.#stopIfDraining();
      }
      for (let next = again.shift(); next !== undefined; next = again.shift()) {
        if (!(await this.#try(next, NO_DEATHS))) again.push(next);
        this.#stopIfDraining();
      }
    } catch (error) {
      throw await this.#givenBack(error);
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

  /** The end of an attempt at the batch by no fault of its tasks, as Temporal is to see it. */
  async #givenBack(error: unknown): Promise<unknown> {
    const trouble = this.#signal.aborted || error instanceof ApplicationFailure ? null : troubleIn(error);
    if (trouble === null) {
      this.#heartbeat({ ended: true });
      return error;
    }
    this.#host.health.failed(trouble);
    const around = surroundings(this.#host);
    const refused = refusedOnceMore(this.#beat.refused, this.#host.identity, around.now);
    this.#heartbeat({ ended: true, refused });
    return givenBack(trouble, refused, around);
  }

  #tasks({ checkpoint, from, to, tasks }: Batch): Pending[] {
    const all = checkpointTasks(this.#sweep.manifest, checkpoint);
    return Array.from({ length: to - from }, (_, i) => {
      const index = tasks?.[from + i] ?? from + i;
      const task: Task | undefined = all[index];
      if (task === undefined)
        throw new PayloadError(
          `checkpoint ${checkpoint} has ${all.length} tasks, and none of index ${index}`,
        );
      const ref: TaskRef = { kind: 'cells', checkpoint, index };
      return { ref, position: i, cells: task.cells.length, attempts: 0 };
    });
  }

  #computed(): void {
    if (this.#beat.crashes <= 1) this.#suspectFrom = Infinity;
    this.#heartbeat({ refused: noRefusals, withoutMemory: [] });
  }

  /** False: it failed, and is to be tried again. */
  async #try(pending: Pending, { deaths: before, workerDeaths }: Deaths): Promise<boolean> {
    let deaths = before;
    let how = 'most often for want of memory';
    let alone = pending.position >= this.#suspectFrom;
    this.#heartbeat({ over: pending.position, deaths, workerDeaths, alone });
    for (;;) {
      if (deaths >= DEATHS || workerDeaths >= WORKER_DEATHS) {
        const times = deaths + workerDeaths;
        const message = `the task killed what ran it ${times} times: ${how}`;
        await this.#setAside(pending, { code: 'TASK_KILLS_WORKER', message, input: false }, times);
        return true;
      }
      const reply = await this.#host.run(this.#sweep, pending.ref, alone, this.#signal, this.#taskTimeout);
      if (this.#signal.aborted) await this.#context.cancelled;
      if ('outcome' in reply) {
        const { cached, maps } = reply.outcome;
        this.#result.done += pending.cells;
        this.#result.cached += cached;
        this.#result.maps += maps;
        if (cached < pending.cells) {
          this.#computed();
          this.#host.health.succeeded('task');
        }
        if (this.#recorded.has(pending.ref.index)) await this.#forget(pending.ref);
        return true;
      }
      if (reply.failure.code === 'PROCESS_DIED') {
        deaths++;
        how = reply.failure.message;
        this.#heartbeat({ deaths });
        continue;
      }
      if (reply.failure.code === 'OUT_OF_MEMORY') {
        // Beside others there may have been none for it.
        if (alone) return this.#hadNoMemory(pending, reply.failure);
        alone = true;
        this.#heartbeat({ alone });
        continue;
      }
      return this.#failed(pending, reply.failure);
    }
  }

  /** Another worker may have more; where that has not enough either, or there is none, it is the task that needs too much. */
  async #hadNoMemory(pending: Pending, failure: TaskFailure): Promise<true> {
    const withoutMemory = [...this.#beat.withoutMemory, this.#host.identity];
    this.#heartbeat({ withoutMemory });
    const others = await surroundings(this.#host).others();
    const patience = others === null ? MEMORY_SHORTAGES : MEMORY_SHORTAGES_BESIDE_OTHERS;
    const isTasks =
      new Set(withoutMemory).size > 1 || withoutMemory.length >= patience || others?.length === 0;
    if (!isTasks) throw new TroubleError(failure);
    const workers = new Set(withoutMemory).size;
    const message = workers > 1 ? `on ${workers} workers: ${failure.message}` : failure.message;
    await this.#setAside(pending, { ...failure, message }, withoutMemory.length);
    this.#heartbeat({ withoutMemory: [] });
    return true;
  }

  async #failed(pending: Pending, failure: TaskFailure): Promise<boolean> {
    // Trouble of the worker or the store is no task's fault: the batch is tried again, elsewhere or later.
    if (troubleOf(failure.code) !== 'task') throw new TroubleError(failure);
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
