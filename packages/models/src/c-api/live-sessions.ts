import { workerData } from 'node:worker_threads';
import { HANDLES_AT, sharedNative } from '../native/native-section.js';
import { OrtLibrary } from './ort-library.js';

// A thread that is ended releases nothing. What it holds stands in memory that it shares with whoever ends it.

const slots = slotsOf(sharedNative(workerData));

function slotsOf(native: SharedArrayBuffer | null): BigUint64Array | null {
  return native === null ? null : new BigUint64Array(native, HANDLES_AT);
}

/** Notes a session that lives in this thread. */
export function noteSession(session: bigint): void {
  const free = slots?.indexOf(0n) ?? -1;
  if (slots !== null && free >= 0) slots[free] = session;
}

export function forgetSession(session: bigint): void {
  const at = slots?.indexOf(session) ?? -1;
  if (slots !== null && at >= 0) slots[at] = 0n;
}

/** Releases the sessions of a thread that has ended. What cannot be released is held until the process ends. */
export async function releaseLeft(native: SharedArrayBuffer): Promise<void> {
  const left = slotsOf(native);
  if (left === null || left.every((session) => session === 0n)) return;
  const library = await OrtLibrary.load();
  for (const [at, session] of left.entries()) {
    left[at] = 0n;
    if (session !== 0n) library.release('ReleaseSession', session);
  }
}
