import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { TaskOutcome, TaskRef } from '@unitscope/tasks';
import { toFailure } from './failure.js';
import type { ThreadReply, ThreadRequest } from './thread-protocol.js';

/** Does the tasks of one manifest, or of another plan of work, one at a time. */
export interface TaskServer<Task = TaskRef, Outcome = TaskOutcome> {
  run(task: Task): Promise<Outcome>;
}

/**
 * What the entry file of a worker thread does: answers the tasks that its ThreadPool sends. The same file serves as
 * the entry of a process of its own (runIsolated). `start` gets the data that the pool was made with.
 */
export async function serveTasks<Task = TaskRef, Outcome = TaskOutcome>(
  start: (data: never) => Promise<TaskServer<Task, Outcome>>,
): Promise<void> {
  const server = await start((isMainThread ? await dataOfParentProcess() : workerData) as never);
  const answer = async ({ task }: ThreadRequest<Task>): Promise<ThreadReply<Outcome>> => {
    try {
      return { outcome: await server.run(task) };
    } catch (error) {
      return { failure: toFailure(error) };
    }
  };
  if (isMainThread) {
    process.on(
      'message',
      (request: ThreadRequest<Task>) => void answer(request).then((reply) => process.send?.(reply)),
    );
    process.send?.('ready');
  } else {
    const port = parentPort;
    port?.on(
      'message',
      (request: ThreadRequest<Task>) => void answer(request).then((reply) => port.postMessage(reply)),
    );
  }
}

async function dataOfParentProcess(): Promise<unknown> {
  if (process.send === undefined) throw new Error('a task server is started by the engine, not by hand');
  process.once('disconnect', () => process.exit()); // the parent has died
  return new Promise((resolve) => process.once('message', resolve));
}
