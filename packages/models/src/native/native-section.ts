import { workerData } from 'node:worker_threads';

// A worker thread that is ended while it is inside onnxruntime takes the whole process with it: the library's wrapper
// throws where JavaScript may not run any more, and nobody catches ("terminate called after throwing …"). So the thread
// says when it is inside, in memory that it shares with whoever may end it (ThreadPool of the engine).

/** Values of the shared word. */
export const NATIVE = { outside: 0, inside: 1, ending: 2 } as const;

/** The word that `new Worker(…, { workerData: { native } })` shares; null in a thread that nobody ends. */
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
  const { native } = (data ?? {}) as { native?: unknown };
  return native instanceof SharedArrayBuffer ? new Int32Array(native) : null;
}
