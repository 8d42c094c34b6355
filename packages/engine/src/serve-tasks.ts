import { isMainThread, parentPort } from 'node:worker_threads';
import { answerRequests } from '@unitscope/process';
import { takeStoreTraffic } from '@unitscope/store';
import type { TaskOutcome, TaskRef } from '@unitscope/tasks';
import { toFailure } from './failure.js';
import { WORKS_HELD, type ThreadReply, type ThreadRequest } from './thread-protocol.js';

/** Does the tasks of one manifest, or of another plan of work, one at a time. */
export interface TaskServer<Task = TaskRef, Outcome = TaskOutcome> {
  run(task: Task): Promise<Outcome>;
  /** Gives up what it holds; no task comes any more. */
  close?(): Promise<void>;
}

/**
 * What the entry file of a worker thread does: answers the tasks that its ThreadPool sends. The same file serves as
 * the entry of a process of its own (runIsolated). `start` gets the data of the work that a task is of; where it fails,
 * the thread ends with that error.
 */
export function serveTasks<Task = TaskRef, Outcome = TaskOutcome>(
  start: (data: never) => Promise<TaskServer<Task, Outcome>>,
): void {
  const servers = new HeldServers(start);
  const answer = async (request: ThreadRequest<unknown, Task>): Promise<ThreadReply<Outcome>> => {
    const server = await servers.of(request);
    try {
      return { outcome: await server.run(request.task), traffic: takeStoreTraffic() };
    } catch (error) {
      return { failure: toFailure(error), traffic: takeStoreTraffic() };
    }
  };
  if (isMainThread) answerRequests(answer);
  else {
    const port = parentPort;
    port?.on(
      'message',
      (request: ThreadRequest<unknown, Task>) =>
        void answer(request).then((reply) => port.postMessage(reply)),
    );
  }
}

/** The servers of what was worked on last. */
class HeldServers<Task, Outcome> {
  readonly #start: (data: never) => Promise<TaskServer<Task, Outcome>>;
  readonly #servers = new Map<number, TaskServer<Task, Outcome>>();

  constructor(start: (data: never) => Promise<TaskServer<Task, Outcome>>) {
    this.#start = start;
  }

  async of({ work, data }: ThreadRequest<unknown, Task>): Promise<TaskServer<Task, Outcome>> {
    const held = this.#servers.get(work);
    const server = held ?? (data === undefined ? undefined : await this.#start(data as never));
    if (server === undefined) throw new RangeError(`work ${work} is not held and came without data`);
    this.#servers.delete(work);
    this.#servers.set(work, server); // the latest is last
    for (const [oldest, old] of [...this.#servers].slice(0, -WORKS_HELD)) {
      this.#servers.delete(oldest);
      await old.close?.();
    }
    return server;
  }
}
