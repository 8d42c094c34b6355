import { reasonOf, InputError } from '@unitscope/base';
import type { TaskFailure } from './thread-protocol.js';
import { isOutOfMemory, memoryRemedy } from './trouble/memory-trouble.js';

/** An error as plain data. */
export function toFailure(error: unknown): TaskFailure {
  const code = codeOf(error);
  const message = reasonOf(error);
  if (isOutOfMemory(code, message)) {
    return { code: 'OUT_OF_MEMORY', message: `out of memory: ${message}; ${memoryRemedy}`, input: false };
  }
  return { code: code ?? 'TASK_FAILED', message, input: error instanceof InputError };
}

/** The error's own code, else that of the machine's trouble behind it. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : cause instanceof Error ? codeOf(cause) : undefined;
}
