import {
  runIsolated,
  ThreadPool,
  withTimeLimit,
  type TaskFailure,
  type ThreadOptions,
  type ThreadReply,
} from '@unitscope/engine';
import { checkpointTasks } from '@unitscope/plan';
import type { AllowedStores } from '@unitscope/store';
import type { TaskRef } from '@unitscope/tasks';
import type { WorkerMetrics } from '../worker/worker-metrics.js';
import type { WorkerHealth } from '../worker/trouble/worker-health.js';
import { inSpan } from '../worker/tracing/in-span.js';
import { LoadedSweeps, type LoadedSweep } from './loaded-sweeps.js';
import { Slots } from './slots.js';

export interface ComputeOptions extends ThreadOptions {
  readonly threads: number;
  /** Resident memory above which no further task is begun; one always runs. */
  readonly memoryBytes: number;
  readonly metrics: WorkerMetrics;
  /** The stores that sweeps may be of. */
  readonly stores: AllowedStores;
  readonly health: WorkerHealth;
  /** What Temporal knows the worker by. */
  readonly identity: string;
  /** For how long a refusal (credentials, a full store, another version) is taken for a passing one. */
  readonly patienceSeconds: number;
}

/** Runs tasks in threads, as many at once as there are slots and memory. */
export class ComputeHost {
  readonly sweeps: LoadedSweeps;
  readonly metrics: WorkerMetrics;
  readonly health: WorkerHealth;
  readonly identity: string;
  readonly patienceSeconds: number;
  readonly #options: ComputeOptions;
  readonly #pool: ThreadPool;
  readonly #slots: Slots;
  readonly #draining = new AbortController();

  constructor(options: ComputeOptions) {
    this.#options = options;
    this.sweeps = new LoadedSweeps(options.stores, options.memoryBytes / 2 / options.threads);
    this.metrics = options.metrics;
    this.health = options.health;
    this.identity = options.identity;
    this.patienceSeconds = options.patienceSeconds;
    this.#pool = new ThreadPool(options);
    this.#slots = new Slots(options.threads, () => this.#isMemoryShort());
  }

  /** Starts its threads, so that the first tasks find them. */
  warm(): void {
    this.#pool.warm(this.#options.threads);
  }

  /** Aborted once the worker is to end: what runs is finished, nothing new is begun. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  drain(): void {
    this.#draining.abort();
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** `taskTimeout`: how long it may take, once there is a slot for it. `isolated`: in a process of its own, since the task may kill what runs it. */
  async run(
    sweep: LoadedSweep,
    task: TaskRef,
    isolated: boolean,
    signal: AbortSignal,
    taskTimeout?: string,
  ): Promise<ThreadReply> {
    const give = await this.#slots.take(signal);
    const stop = this.metrics.begin(task.kind);
    let failure: TaskFailure | null = null;
    try {
      const work = (ended: AbortSignal): Promise<ThreadReply> =>
        isolated
          ? runIsolated(sweep.data, task, this.#options, ended)
          : this.#pool.run(sweep.data, task, ended);
      const reply = await inSpan(
        `task ${task.kind}`,
        {
          'unitscope.checkpoint': task.checkpoint,
          'unitscope.task': task.index,
          'unitscope.kind': task.kind,
        },
        () => withTimeLimit(work, taskTimeout ?? undefined, signal),
        (answer) => ('failure' in answer ? answer.failure.code : null),
      );
      this.metrics.asked(reply.traffic);
      if ('failure' in reply) failure = reply.failure;
      else this.metrics.measured(reply.outcome, mapBytes(sweep, task, reply.outcome.maps));
      return reply;
    } finally {
      stop(failure?.code ?? null);
      give();
      if (this.#isMemoryShort()) await this.#pool.shrink();
    }
  }

  #isMemoryShort(): boolean {
    return process.memoryUsage.rss() > this.#options.memoryBytes;
  }
}

/** Bytes of the maps that a task measured; where it did a part of its cells, its share of them. */
function mapBytes({ manifest }: LoadedSweep, task: TaskRef, maps: number): number {
  const cells = maps === 0 ? [] : (checkpointTasks(manifest, task.checkpoint)[task.index]?.cells ?? []);
  const weights = cells.map(({ size, units = 1, images }) => ({ size, maps: units * (images?.length ?? 1) }));
  const total = weights.reduce((sum, cell) => sum + cell.maps, 0);
  return weights.reduce((sum, cell) => sum + (4 * cell.size ** 2 * cell.maps * maps) / total, 0);
}
