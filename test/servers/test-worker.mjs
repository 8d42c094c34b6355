// A worker as `unitscope worker` runs it, with the threads of task-entry.mjs.
import { runWorker } from '@unitscope/workflows';

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await runWorker({
  threads: Number(process.env.WORKER_THREADS ?? '1'),
  port: 0,
  entry: new URL('task-entry.mjs', import.meta.url),
  signal: stop.signal,
});
