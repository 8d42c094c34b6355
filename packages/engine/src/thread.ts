// Entry of a worker thread: one task at a time, until the engine ends it.
import { parentPort, workerData } from 'node:worker_threads';
import { decodeManifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { TaskRunner } from '@unitscope/tasks';
import { toFailure } from './failure.js';
import type { ThreadData, ThreadReply, ThreadRequest } from './thread-protocol.js';

const port = parentPort;
if (port === null) throw new Error('thread.js is started by the engine, not by hand');
const data = workerData as ThreadData;
const runner = new TaskRunner(decodeManifest(data.manifest, 'manifest'), await openStore(data.store));

port.on('message', ({ task }: ThreadRequest) => {
  runner.run(task).then(
    (outcome) => port.postMessage({ outcome } satisfies ThreadReply),
    (error: unknown) => port.postMessage({ failure: toFailure(error) } satisfies ThreadReply),
  );
});
