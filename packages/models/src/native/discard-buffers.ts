import { MessageChannel } from 'node:worker_threads';

// What is transferred to a port that is closed is freed at once: no garbage collection has to find it.
const { port1: closed, port2 } = new MessageChannel();
closed.close();
port2.close();

let isPrepared = false;

/**
 * Frees buffers now that nothing reads any more; they have a length of 0 afterwards. Buffers of megabytes, made anew for
 * every batch, otherwise make V8 mark its whole heap after each 64 MB.
 */
export function discardBuffers(buffers: readonly ArrayBuffer[]): void {
  if (!isPrepared) {
    isPrepared = true;
    // glibc gives freed memory back to the system, page by page, beyond twice the largest block that it mapped and freed.
    closed.postMessage(null, [new ArrayBuffer(LARGEST_THRESHOLD)]);
  }
  closed.postMessage(null, buffers);
}

/** A little less than the 32 MiB where glibc stops adapting its threshold (mallopt(3), M_MMAP_THRESHOLD). */
const LARGEST_THRESHOLD = 2 ** 25 - 2 ** 16;
