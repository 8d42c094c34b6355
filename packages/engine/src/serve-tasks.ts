import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { TaskOutcome, TaskRef } from '@unitscope/tasks';
import { toFailure } from './failure.js';
import type { ThreadData, ThreadReply, ThreadRequest } from './thread-protocol.js';

/** Does the tasks of one manifest, one at a time. */
export interface TaskServer {
  run(task: TaskRef): Promise<TaskOutcome>;
}

/**
 * What the entry file of a worker thread does: answers the tasks that its ThreadPool sends. The same file serves as
 * the entry of a process of its own (runIsolated).
 */
export async function serveTasks(start: (data: ThreadData) => Promise<TaskServer>): Promise<void> {
  const server = await start(isMainThread ? await dataOfParentProcess() : (workerData as ThreadData));
  const answer = async ({ task }: ThreadRequest): Promise<ThreadReply> => {
    try {
      return { outcome: await server.run(task) };
    } catch (error) {
      return { failure: toFailure(error) };
    }
  };
  if (isMainThread) {
    process.on(
      'message',
      (request: ThreadRequest) => void answer(request).then((reply) => process.send?.(reply)),
    );
    process.send?.('ready');
  } else {
    const port = parentPort;
    port?.on(
      'message',
      (request: ThreadRequest) => void answer(request).then((reply) => port.postMessage(reply)),
    );
  }
}

async function dataOfParentProcess(): Promise<ThreadData> {
  if (process.send === undefined) throw new Error('a task server is started by the engine, not by hand');
  process.once('disconnect', () => process.exit()); // the parent has died
  return new Promise((resolve) => process.once('message', (data: ThreadData) => resolve(data)));
}
