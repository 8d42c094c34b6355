import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { NATIVE } from '@unitscope/tasks';

const LOOK_MS = 5;
/** How long the end of a process waits for forward passes: within what a pod is given beyond its grace. */
export const PATIENCE_MS = 15_000;

/** Ends a thread, once it is outside of native libraries: one forward pass of a batch, at most, is waited for. */
export async function endThread(worker: Worker, native: SharedArrayBuffer): Promise<void> {
  const word = new Int32Array(native, 0, 1);
  while (Atomics.compareExchange(word, 0, NATIVE.outside, NATIVE.ending) === NATIVE.inside) {
    if (worker.threadId < 0) return; // it has ended by itself
    await sleep(LOOK_MS, undefined, { ref: false }); // the thread itself keeps the process
  }
  await worker.terminate();
}

const stuck = new Set<Worker>();
let killsAtExit = false;

/**
 * Waits no longer for a thread that is inside a native library. Node would, when the process ends, for ever where that call
 * does not return: then the process is killed.
 */
export function abandon(worker: Worker): void {
  worker.unref();
  stuck.add(worker);
  worker.once('exit', () => stuck.delete(worker));
  if (killsAtExit) return;
  killsAtExit = true;
  process.on('exit', () => {
    if (stuck.size > 0) process.kill(process.pid, 'SIGKILL');
  });
}
