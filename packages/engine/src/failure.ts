import { reasonOf } from '@unitscope/tasks';
import { InputError } from '@unitscope/topology';
import type { TaskFailure } from './thread-protocol.js';

/** An error as plain data. */
export function toFailure(error: unknown): TaskFailure {
  const code = (error as { code?: unknown } | null)?.code;
  return {
    code: typeof code === 'string' ? code : 'TASK_FAILED',
    message: reasonOf(error),
    input: error instanceof InputError,
  };
}
