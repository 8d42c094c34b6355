import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { nativeMemory, releaseLeft, type TaskOutcome, type TaskRef } from '@unitscope/tasks';
import { abandon, endThread, PATIENCE_MS } from './end-thread.js';
import { toFailure } from './failure.js';
import {
  WORKS_HELD,
  type TaskFailure,
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
} from './thread-protocol.js';
import { memoryRemedy } from './trouble/memory-trouble.js';

interface Thread<Data, Outcome> {
  readonly worker: Worker;
  /** Where it says whether it may be ended. */
  readonly native: SharedArrayBuffer;
  /** What it holds a server of, the latest last. */
  held: readonly Data[];
  /** Answers the task it is at; null while it is idle. */
  settle: ((reply: ThreadReply<Outcome>) => void) | null;
}

export interface ThreadOptions {
  /** Entry file of a thread, which calls serveTasks; default: the engine's own. */
  readonly entry?: URL | undefined;
  /** Bound of a thread's JavaScript heap. */
  readonly memoryMb?: number | undefined;
  /** How long `close` waits for calls into native libraries. */
  readonly patienceMs?: number | undefined;
}

/**
 * Worker threads that each do one task at a time, of any sweep, or other tasks that the entry file knows. A thread that dies (out
 * of memory, a crash in a library) is replaced, and its task is answered as a failure.
 */
export class ThreadPool<Data extends object = ThreadData, Task = TaskRef, Outcome = TaskOutcome> {
  readonly #options: ThreadOptions;
  readonly #idle: Thread<Data, Outcome>[] = [];
  readonly #all = new Set<Thread<Data, Outcome>>();
  readonly #ending = new Map<Worker, Promise<void>>();
  readonly #numbers = new WeakMap<Data, number>();
  #works = 0;

  constructor(options: ThreadOptions = {}) {
    this.#options = options;
  }

  /** Starts threads before there is work for them: loading what they run takes a good part of a second. */
  warm(count: number): void {
    while (this.#all.size < count) this.#idle.push(this.#start());
  }

  /**
   * Does a task of the work that `data` tells; calls with the same object share what a thread holds of it. When
   * `signal` aborts, the thread is ended in the middle of the task, whose failure is TASK_CANCELLED.
   */
  async run(data: Data, task: Task, signal?: AbortSignal): Promise<ThreadReply<Outcome>> {
    const thread = this.#takeIdle(data) ?? this.#start();
    const cancel = (): void => {
      this.#all.delete(thread);
      void this.#end(thread);
      const { settle } = thread;
      thread.settle = null;
      settle?.({ failure: { code: 'TASK_CANCELLED', message: 'the task was cancelled', input: false } });
    };
    try {
      return await new Promise((resolve) => {
        thread.settle = resolve;
        thread.worker.postMessage(this.#requestOf(thread, data, task));
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
    await Promise.all(idle.map((thread) => this.#end(thread)));
  }

  /**
   * Ends all threads, each once it is outside of native libraries, and waits for those that were cancelled. What they were
   * writing does not appear, since writes are whole or not at all. A call that does not return is waited for some seconds;
   * then its thread goes on until the process ends.
   */
  async close(): Promise<void> {
    const threads = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    for (const thread of threads) void this.#end(thread);
    const over = new AbortController();
    const late = sleep(this.#options.patienceMs ?? PATIENCE_MS, undefined, { signal: over.signal });
    await Promise.race([Promise.all(this.#ending.values()), late]);
    over.abort();
    for (const worker of this.#ending.keys()) abandon(worker);
  }

  #end({ worker, native }: Thread<Data, Outcome>): Promise<void> {
    const ended = endThread(worker, native).finally(() => this.#ending.delete(worker));
    this.#ending.set(worker, ended);
    return ended;
  }

  /** An idle thread, if there is one: best one that holds the work already, else one that holds least. */
  #takeIdle(data: Data): Thread<Data, Outcome> | undefined {
    const least = Math.min(...this.#idle.map(({ held }) => held.length));
    const thread =
      this.#idle.find(({ held }) => held.includes(data)) ??
      this.#idle.find(({ held }) => held.length === least);
    if (thread !== undefined) this.#idle.splice(this.#idle.indexOf(thread), 1);
    return thread;
  }

  /** What the thread is told to do; it will then hold the task's work. */
  #requestOf(thread: Thread<Data, Outcome>, data: Data, task: Task): ThreadRequest<Data, Task> {
    const known = thread.held.includes(data);
    thread.held = [...thread.held.filter((other) => other !== data), data].slice(-WORKS_HELD);
    const work = this.#numbers.get(data) ?? ++this.#works;
    this.#numbers.set(data, work);
    return known ? { task, work } : { task, work, data };
  }

  #start(): Thread<Data, Outcome> {
    const { entry, memoryMb } = this.#options;
    const native = nativeMemory();
    const worker = new Worker(entry ?? new URL('./thread.js', import.meta.url), {
      workerData: { native },
      ...(memoryMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
    });
    const thread: Thread<Data, Outcome> = { worker, native, held: [], settle: null };
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
      releaseLeft(native).catch(() => undefined);
      const message = `the worker thread ended with code ${code} in the middle of the task, most often for want of memory; ${memoryRemedy}`;
      died({ code: 'THREAD_DIED', message, input: false });
    });
    return thread;
  }
}
