import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cellCount, checkpointTasks, encodeManifest, type Manifest, type Task } from '@unitscope/plan';
import {
  failureRow,
  lostMessage,
  OBJECT_LOST,
  REMAKES,
  type FailureRow,
  type SweepProgress,
  type TaskOutcome,
  type TaskRef,
} from '@unitscope/tasks';
import { runIsolated } from './isolated-task.js';
import { StoreUnusableError, SweepInterruptedError } from './errors.js';
import { ThreadPool } from './thread-pool.js';
import { withTimeLimit } from './time-limit.js';
import type { TaskFailure, ThreadData } from './thread-protocol.js';
import { isRefusal, troubleOf } from './trouble/trouble.js';
import type { RunOptions } from './run-options.js';

/** So often in a row the machine or the store may be in trouble, with a wait after each that grows, before the sweep stops. */
const TROUBLES = 6;
const LONGEST_WAIT_MS = 20_000;

/** Share of the machine's memory that images may take while they are decoded, in all threads. */
const SHARE_OF_IMAGES = 0.5;

/** Tasks a thread, done in a process of their own where the last run died: what it was at is among the first. */
const ISOLATED = 2;

interface Attempt {
  readonly task: Task | null;
  readonly ref: TaskRef;
  tries: number;
  /** Done in a process of its own, each time. */
  isolated?: true;
}

/** The tasks of a manifest, or of a part of it, over the threads of this machine. */
export class SweepRun {
  readonly failures: FailureRow[] = [];
  readonly #manifest: Manifest;
  readonly #data: ThreadData;
  readonly #options: RunOptions;
  readonly #started = performance.now();
  readonly #pending: Iterator<Attempt>;
  readonly #retries: Attempt[] = [];
  /** Tasks that were done and whose objects are gone, and what a trouble of the machine or the store took back. */
  readonly #again: Attempt[] = [];
  /** How often each was: by `checkpoint/index`. */
  readonly #remakes = new Map<string, number>();
  /** Checkpoints with nothing left to do. */
  #finished: ReadonlySet<number> = new Set();
  /** Checkpoints whose tables are to be made now. */
  readonly #aggregates: Attempt[] = [];
  /** Indices of the tasks that were set aside, by checkpoint. */
  readonly #setAsideOf = new Map<number, number[]>();
  /** Tasks of each checkpoint that are not over yet. */
  readonly #open = new Map<number, number>();
  readonly #total: number;
  #done = 0;
  #cached = 0;
  #failed = 0;
  #checkpointsDone = 0;
  #maps = 0;
  #fatal: TaskFailure | null = null;
  /** So many tasks more are done in processes of their own. */
  #toIsolate = 0;
  /** Times in a row that the machine or the store was in trouble. */
  #troubles = 0;
  /** Over when something may be tried again. */
  #rest: Promise<void> = Promise.resolve();

  readonly #owns: ((task: Task) => boolean) | null;

  /** `owns`: the tasks to be done, where others do the rest and the tables. */
  constructor(manifest: Manifest, options: RunOptions, owns: ((task: Task) => boolean) | null = null) {
    this.#owns = owns;
    this.#manifest = manifest;
    const threads = options.threads ?? availableParallelism();
    const decodeBytes = (SHARE_OF_IMAGES * totalmem()) / threads;
    this.#data = { manifest: encodeManifest(manifest), store: options.store, decodeBytes };
    this.#options = options;
    this.#pending = this.#tasks();
    this.#total = manifest.checkpoints.reduce((sum, _, checkpoint) => sum + this.#cellsOf(checkpoint), 0);
  }

  /** Counts these checkpoints as done, before anything is driven. */
  skip(finished: ReadonlySet<number>): void {
    this.#finished = finished;
    for (const checkpoint of finished) {
      const cells = this.#cellsOf(checkpoint);
      this.#done += cells;
      this.#cached += cells;
      if (this.#owns === null) this.#checkpointsDone++;
    }
    if (finished.size > 0) this.#options.onProgress?.(this.progress());
  }

  /**
   * The last run died, maybe of a crash of native code in one of its tasks. Tasks are taken in their order, so that it is
   * among the first that are not done: these get a process of their own, which may die alone.
   */
  isolateFirst(): void {
    this.#toIsolate = ISOLATED * (this.#options.threads ?? availableParallelism());
  }

  /** One lane a thread, each taking the next task when its last is over. */
  async drive(pool: ThreadPool): Promise<void> {
    const lanes = this.#options.threads ?? availableParallelism();
    const running = new Set<Promise<void>>();
    const aborted = new Promise<'aborted'>((resolve) => {
      const { signal } = this.#options;
      if (signal?.aborted === true) resolve('aborted');
      signal?.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    for (;;) {
      while (running.size < lanes && this.#fatal === null) {
        const attempt = this.#next();
        if (attempt === null) break;
        const lane: Promise<void> = this.#try(pool, attempt).finally(() => running.delete(lane));
        running.add(lane);
      }
      if (running.size === 0) break;
      if ((await Promise.race([aborted, ...running])) === 'aborted')
        throw new SweepInterruptedError(this.#manifest.sweep);
    }
    if (this.#fatal !== null) throw new StoreUnusableError(this.#manifest.sweep, this.#fatal.message);
  }

  progress(): SweepProgress {
    return {
      cells: { total: this.#total, done: this.#done, cached: this.#cached, failed: this.#failed },
      checkpoints: { total: this.#manifest.checkpoints.length, done: this.#checkpointsDone },
      maps: this.#maps,
      seconds: (performance.now() - this.#started) / 1000,
    };
  }

  /** The checkpoint's tables are gone, or lack cells. */
  makeTablesAgain(checkpoint: number): void {
    this.#checkpointsDone--;
    this.#aggregates.push(aggregateOf(checkpoint));
  }

  /** The checkpoint's tables were made again and again, and are gone. */
  loseTables(checkpoint: number): void {
    this.#setAside({ ...aggregateOf(checkpoint), tries: 1 + REMAKES }, lost('a result table of it was'));
  }

  // Results first, then what was lost or taken back, then new work in the manifest's order, then what failed before.
  #next(): Attempt | null {
    const urgent = this.#aggregates.shift() ?? this.#again.shift();
    if (urgent !== undefined) return urgent;
    const fresh = this.#pending.next();
    return fresh.done === true ? (this.#retries.shift() ?? null) : fresh.value;
  }

  #cellsOf(checkpoint: number): number {
    const owns = this.#owns;
    if (owns === null) return cellCount(this.#manifest, checkpoint);
    const own = checkpointTasks(this.#manifest, checkpoint).filter(owns);
    return own.reduce((sum, { cells }) => sum + cells.length, 0);
  }

  *#tasks(): Iterator<Attempt> {
    for (const checkpoint of this.#manifest.checkpoints.keys()) {
      if (this.#finished.has(checkpoint)) continue;
      const all = checkpointTasks(this.#manifest, checkpoint);
      const owns = this.#owns;
      if (owns !== null) {
        // Never closed: its tables are made when all parts are done.
        this.#open.set(checkpoint, Infinity);
        for (const task of all.filter(owns))
          yield { task, ref: { kind: 'cells', checkpoint, index: task.index }, tries: 0 };
        continue;
      }
      this.#open.set(checkpoint, all.length);
      if (all.length === 0) this.#aggregates.push(aggregateOf(checkpoint));
      for (const task of all) {
        yield { task, ref: { kind: 'cells', checkpoint, index: task.index }, tries: 0 };
      }
    }
  }

  async #try(pool: ThreadPool, attempt: Attempt): Promise<void> {
    await this.#rest;
    if (this.#fatal !== null || this.#options.signal?.aborted === true) return;
    const { checkpoint } = attempt.ref;
    const setAside = this.#setAsideOf.get(checkpoint) ?? [];
    const troubles = this.#troubles;
    const ref = attempt.task === null ? { ...attempt.ref, setAside } : attempt.ref;
    if (attempt.task !== null && this.#toIsolate > 0) attempt.isolated = true;
    const reply = await withTimeLimit((signal) => {
      return attempt.isolated === true
        ? runIsolated(this.#data, ref, {}, signal)
        : pool.run(this.#data, ref, signal);
    }, this.#options.taskTimeout);
    // What turns out to be done already could not have been it.
    if (attempt.isolated === true && !('outcome' in reply && reply.outcome.maps === 0)) this.#toIsolate--;
    if ('failure' in reply && isNotOfTask(reply.failure)) {
      this.#again.push(attempt);
      // What began before the last trouble is the same one.
      if (troubles === this.#troubles) this.#hold(reply.failure);
      return;
    }
    attempt.tries++;
    if ('outcome' in reply) {
      this.#troubles = 0;
      const { missing = [] } = reply.outcome;
      if (missing.length > 0) {
        this.#remake(checkpoint, missing);
        return;
      }
      this.#succeeded(attempt, reply.outcome);
    } else if (!reply.failure.input && attempt.tries < (this.#options.attempts ?? 3)) {
      this.#retries.push(attempt);
      return;
    } else {
      this.#setAside(attempt, reply.failure);
    }
    if (attempt.task === null) this.#checkpointsDone++;
    else this.#close(checkpoint);
    this.#options.onProgress?.(this.progress());
  }

  /** Rests before anything is tried again, or stops the sweep. */
  #hold(failure: TaskFailure): void {
    this.#troubles++;
    if (isRefusal(failure.code) || this.#troubles >= TROUBLES) {
      this.#fatal = failure;
      return;
    }
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (this.#troubles - 1));
    const { signal } = this.#options;
    this.#rest = sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }

  #succeeded(attempt: Attempt, outcome: TaskOutcome): void {
    this.#done += attempt.task?.cells.length ?? 0;
    this.#cached += outcome.cached;
    this.#maps += outcome.maps;
  }

  /** Objects of these tasks went away between their being done and the making of the tables. */
  #remake(checkpoint: number, missing: readonly number[]): void {
    const tasks = checkpointTasks(this.#manifest, checkpoint);
    let open = 0;
    for (const index of missing) {
      const task = tasks[index];
      if (task === undefined) continue;
      const name = `${checkpoint}/${index}`;
      const before = this.#remakes.get(name) ?? 0;
      this.#remakes.set(name, before + 1);
      this.#done -= task.cells.length;
      const attempt: Attempt = { task, ref: { kind: 'cells', checkpoint, index }, tries: 0 };
      if (before < REMAKES) {
        this.#again.push(attempt);
        open++;
      } else {
        this.#setAside({ ...attempt, tries: 1 + REMAKES }, lost('an object of it was'));
      }
    }
    this.#open.set(checkpoint, open);
    if (open === 0) this.#aggregates.push(aggregateOf(checkpoint));
  }

  #setAside({ task, ref, tries }: Attempt, failure: TaskFailure): void {
    this.#failed += task?.cells.length ?? 0;
    if (task !== null) {
      this.#setAsideOf.set(ref.checkpoint, [...(this.#setAsideOf.get(ref.checkpoint) ?? []), ref.index]);
    }
    this.failures.push(
      failureRow(this.#manifest, ref, { attempts: tries, code: failure.code, message: failure.message }),
    );
  }

  #close(checkpoint: number): void {
    const open = (this.#open.get(checkpoint) ?? 1) - 1;
    this.#open.set(checkpoint, open);
    if (open === 0) this.#aggregates.push(aggregateOf(checkpoint));
  }
}

function lost(what: string): TaskFailure {
  return { code: OBJECT_LOST, message: lostMessage(what, 1 + REMAKES), input: false };
}

/** What other tasks would meet too. A store's failure without a name may be one object's, and memory one task's. */
function isNotOfTask({ code }: TaskFailure): boolean {
  return troubleOf(code) !== 'task' && code !== 'STORE_FAILURE' && code !== 'OUT_OF_MEMORY';
}

function aggregateOf(checkpoint: number): Attempt {
  return { task: null, ref: { kind: 'aggregate', checkpoint, index: 0 }, tries: 0 };
}
