/**
 * Whose trouble a failure is: the task's own (its input, or what it does), that of the worker that ran it (disk, memory,
 * credentials, clock, version), or the store's. Only the first is counted against a task.
 */
export type Trouble = 'task' | 'worker' | 'store';

const STORE = new Set(['STORE_UNREACHABLE', 'STORE_FULL', 'STORE_FAILURE']);

const WORKER = new Set([
  // What the worker may not do, or is not set up for: another one may be.
  'STORE_ACCESS',
  'STORE_BUCKET_MISSING',
  'STORE_REGION',
  'STORE_CHECKSUM_REFUSED',
  'STORE_CLOCK',
  // Its machine.
  'CACHE_FULL',
  'CACHE_UNUSABLE',
  'CACHE_FOLDER',
  'OUT_OF_MEMORY',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  // It would make other numbers than the sweep's keys say.
  'WORKER_DIFFERS',
  'BACKEND_MISSING',
]);

/** A refusal: it does not pass by itself, but somebody has to mend it. */
const REFUSALS = new Set([
  'STORE_ACCESS',
  'STORE_BUCKET_MISSING',
  'STORE_REGION',
  'STORE_CHECKSUM_REFUSED',
  'STORE_FULL',
  'WORKER_DIFFERS',
  'BACKEND_MISSING',
]);

/** Whose trouble a failure of this code is. */
export function troubleOf(code: string): Trouble {
  if (STORE.has(code)) return 'store';
  return WORKER.has(code) ? 'worker' : 'task';
}

/** Whether a failure of this code stays until somebody mends its cause. */
export function isRefusal(code: string): boolean {
  return REFUSALS.has(code);
}
