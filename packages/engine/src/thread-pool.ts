import { Worker } from 'node:worker_threads';
import type { TaskRef } from '@unitscope/tasks';
import { toFailure } from './failure.js';
import type { TaskFailure, ThreadData, ThreadReply, ThreadRequest } from './thread-protocol.js';

interface Thread {
  readonly worker: Worker;
  /** Answers the task it is at; null while it is idle. */
  settle: ((reply: ThreadReply) => void) | null;
}

/**
 * Worker threads that each do one task at a time. A thread that dies (out of memory, a crash in a library) is replaced,
 * and its task is answered as a failure.
 */
export class ThreadPool {
  readonly #data: ThreadData;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();

  constructor(data: ThreadData) {
    this.#data = data;
  }

  run(task: TaskRef): Promise<ThreadReply> {
    const thread = this.#idle.pop() ?? this.#start();
    return new Promise((resolve) => {
      thread.settle = resolve;
      thread.worker.postMessage({ task } satisfies ThreadRequest);
    });
  }

  /** Ends all threads at once; what they were writing does not appear, since writes are whole or not at all. */
  async close(): Promise<void> {
    const threads = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: this.#data });
    const thread: Thread = { worker, settle: null };
    this.#all.add(thread);
    const answer = (reply: ThreadReply): void => {
      const { settle } = thread;
      thread.settle = null;
      settle?.(reply);
    };
    const died = (failure: TaskFailure): void => {
      this.#all.delete(thread);
      answer({ failure });
    };
    worker.on('message', (reply: ThreadReply) => {
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
