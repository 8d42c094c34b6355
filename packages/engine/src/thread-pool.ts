import { Worker } from 'node:worker_threads';
import type { TaskOutcome, TaskRef } from '@unitscope/tasks';
import { toFailure } from './failure.js';
import type { TaskFailure, ThreadData, ThreadReply, ThreadRequest } from './thread-protocol.js';

interface Thread<Outcome> {
  readonly worker: Worker;
  /** Answers the task it is at; null while it is idle. */
  settle: ((reply: ThreadReply<Outcome>) => void) | null;
}

export interface ThreadOptions {
  /** Entry file of a thread, which calls serveTasks; default: the engine's own. */
  readonly entry?: URL | undefined;
  /** Bound of a thread's JavaScript heap. */
  readonly memoryMb?: number | undefined;
}

/**
 * Worker threads that each do one task at a time. A thread that dies (out of memory, a crash in a library) is replaced,
 * and its task is answered as a failure. Tasks are those of sweeps, or others that the entry file knows.
 */
export class ThreadPool<Data = ThreadData, Task = TaskRef, Outcome = TaskOutcome> {
  readonly #data: Data;
  readonly #options: ThreadOptions;
  readonly #idle: Thread<Outcome>[] = [];
  readonly #all = new Set<Thread<Outcome>>();

  constructor(data: Data, options: ThreadOptions = {}) {
    this.#data = data;
    this.#options = options;
  }

  /** When `signal` aborts, the thread is ended in the middle of the task, whose failure is TASK_CANCELLED. */
  async run(task: Task, signal?: AbortSignal): Promise<ThreadReply<Outcome>> {
    const thread = this.#idle.pop() ?? this.#start();
    const cancel = (): void => {
      this.#all.delete(thread);
      void thread.worker.terminate();
      const { settle } = thread;
      thread.settle = null;
      settle?.({ failure: { code: 'TASK_CANCELLED', message: 'the task was cancelled', input: false } });
    };
    try {
      return await new Promise((resolve) => {
        thread.settle = resolve;
        thread.worker.postMessage({ task } satisfies ThreadRequest<Task>);
        if (signal?.aborted === true) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends the threads that have nothing to do, and with them the memory they hold. */
  async shrink(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const thread of idle) this.#all.delete(thread);
    await Promise.all(idle.map(({ worker }) => worker.terminate()));
  }

  /** Ends all threads at once; what they were writing does not appear, since writes are whole or not at all. */
  async close(): Promise<void> {
    const threads = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread<Outcome> {
    const { entry, memoryMb } = this.#options;
    const worker = new Worker(entry ?? new URL('./thread.js', import.meta.url), {
      workerData: this.#data,
      ...(memoryMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
    });
    const thread: Thread<Outcome> = { worker, settle: null };
    this.#all.add(thread);
    const answer = (reply: ThreadReply<Outcome>): void => {
      const { settle } = thread;
      thread.settle = null;
      settle?.(reply);
    };
    const died = (failure: TaskFailure): void => {
      this.#all.delete(thread);
      const place = this.#idle.indexOf(thread);
      if (place >= 0) this.#idle.splice(place, 1);
      answer({ failure });
    };
    worker.on('message', (reply: ThreadReply<Outcome>) => {
      if (!this.#all.has(thread)) return; // ended meanwhile
      this.#idle.push(thread);
      answer(reply);
    });
    worker.on('error', (error) => died({ ...toFailure(error), input: false }));
    worker.on('exit', (code) => {
      const message = `the worker thread ended with code ${code} in the middle of the task`;
      died({ code: 'THREAD_DIED', message, input: false });
    });
    return thread;
  }
}
