import { workerData } from 'node:worker_threads';

// A worker thread that is ended while it is inside onnxruntime takes the whole process with it: the library's wrapper
// throws where JavaScript may not run any more, and nobody catches ("terminate called after throwing …"). So the thread
// says when it is inside, in memory that it shares with whoever may end it (ThreadPool of the engine).

/** Values of the shared word, which is the first. */
export const NATIVE = { outside: 0, inside: 1, ending: 2 } as const;

/** Where the sessions that a thread holds stand in that memory, behind the word. */
export const HANDLES_AT = 8;
const HANDLES = 31;

/** The memory that `new Worker(…, { workerData: { native } })` shares. */
export function nativeMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HANDLES_AT + HANDLES * BigUint64Array.BYTES_PER_ELEMENT);
}

/** null in a thread that nobody ends. */
const word = wordOf(workerData);
let depth = 0;

/** Does something inside a native library, during which this thread is not ended. */
export async function inNative<T>(work: () => Promise<T>): Promise<T> {
  enter();
  try {
    return await work();
  } finally {
    leave();
  }
}

function enter(): void {
  if (word === null || depth++ > 0) return;
  // About to be ended: it does not go in any more.
  while (Atomics.compareExchange(word, 0, NATIVE.outside, NATIVE.inside) === NATIVE.ending) {
    Atomics.wait(word, 0, NATIVE.ending);
  }
}

function leave(): void {
  if (word !== null && --depth === 0) Atomics.store(word, 0, NATIVE.outside);
}

function wordOf(data: unknown): Int32Array<SharedArrayBuffer> | null {
  const native = sharedNative(data);
  return native === null ? null : new Int32Array(native, 0, 1);
}

/** That memory, of a thread's data. */
export function sharedNative(data: unknown): SharedArrayBuffer | null {
  const { native } = (data ?? {}) as { native?: unknown };
  return native instanceof SharedArrayBuffer ? native : null;
}
