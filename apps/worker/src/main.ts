import { line } from '@unitscope/base';
import { runWorker } from '@unitscope/workflows';
import { workerSettings } from './worker-settings.js';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
try {
  await runWorker({ ...workerSettings(process.env), signal: stop.signal });
} catch (error) {
  process.stderr.write(line`unitscope worker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = (error as { code?: unknown } | null)?.code === 'WORKER_SETTING' ? 2 : 1;
}
