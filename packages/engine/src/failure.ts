import { InputError } from '@unitscope/topology';
import type { TaskFailure } from './thread-protocol.js';

/** An error with the causes it carries, as plain data. */
export function toFailure(error: unknown): TaskFailure {
  const messages: string[] = [];
  for (let e: unknown = error; e instanceof Error && messages.length < 5; e = e.cause) {
    const { message } = e;
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message);
  }
  const code = (error as { code?: unknown } | null)?.code;
  return {
    code: typeof code === 'string' ? code : 'TASK_FAILED',
    message: messages.length > 0 ? messages.join(': ') : String(error),
    input: error instanceof InputError,
  };
}
