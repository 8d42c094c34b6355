import { readFileSync } from 'node:fs';
import type { TaskFailure } from '../thread-protocol.js';

/** How V8, WebAssembly, Node, onnxruntime and TensorFlow say that there is no memory. */
const OUT_OF_MEMORY =
  /out of memory|bad_?alloc\b|bad allocation|could not allocate memory|cannot allocate memory|array buffer allocation failed|failed to allocate memory|reaching memory limit|OOM when allocating/i;

const OUT_OF_MEMORY_CODES = new Set(['ERR_WORKER_OUT_OF_MEMORY', 'ERR_MEMORY_ALLOCATION_FAILED', 'ENOMEM']);

export const memoryRemedy =
  'give it more memory, fewer threads (`--threads`, engine.threads), or a smaller batchSize';

/** Whether an error says that there was no memory. */
export function isOutOfMemory(code: unknown, message: string): boolean {
  return (typeof code === 'string' && OUT_OF_MEMORY_CODES.has(code)) || OUT_OF_MEMORY.test(message);
}

/** How a process ends that V8 or the kernel ends for want of memory. */
export function diedForMemory(code: number | null, signal: string | null): boolean {
  return signal === 'SIGKILL' || signal === 'SIGABRT' || code === 134 || code === 137;
}

/** How many processes of this container the kernel has ended for want of memory; null where it does not tell. */
export function oomKills(file = '/sys/fs/cgroup/memory.events'): number | null {
  try {
    const [, count] = /^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}

/**
 * What the end of a process says that ran a task, by how many processes the kernel had ended for want of memory before and
 * after: where there are more, this machine had not enough for it, and another one may have.
 */
export function deathOf(
  { code, signal }: { readonly code: number | null; readonly signal: string | null },
  killsBefore: number | null,
  kills: number | null,
): TaskFailure {
  const how = `the task killed the process that ran it (${signal ?? `exit code ${code ?? 0}`})`;
  if (signal === 'SIGKILL' && kills !== null && killsBefore !== null && kills > killsBefore) {
    const message = `out of memory: ${how}: the kernel ended it for want of memory; ${memoryRemedy}`;
    return { code: 'OUT_OF_MEMORY', message, input: false };
  }
  const why = diedForMemory(code, signal) ? `, most often for want of memory; ${memoryRemedy}` : '';
  return { code: 'PROCESS_DIED', message: `${how}${why}`, input: false };
}
