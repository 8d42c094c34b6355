import { totalmem } from 'node:os';

/** Bytes of memory this process may use: the container's limit where it has one, else the machine's memory. */
export function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
