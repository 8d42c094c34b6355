// A worker as `unitscope worker` runs it, with the threads of task-entry.mjs.
import { runWorker, storesOf } from '@unitscope/workflows';

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await runWorker({
  threads: Number(process.env.WORKER_THREADS ?? '1'),
  port: 0,
  stores: storesOf(process.env.UNITSCOPE_STORES),
  entry: new URL('task-entry.mjs', import.meta.url),
  signal: stop.signal,
  patienceSeconds: Number(process.env.WORKER_PATIENCE ?? '120'),
});
