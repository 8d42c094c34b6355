import { ApplicationFailure } from '@temporalio/common';
import type { TaskFailure } from '@unitscope/engine';
import { InputError } from '@unitscope/topology';

/** Attempts in a row for which the store's refusal is taken for a passing one. */
const REFUSALS = 10;
const LONGEST_WAIT_SECONDS = 20;

/** A task failed for the store's trouble, which is no task's fault. */
export class StoreTroubleError extends Error {
  override readonly name = 'StoreTroubleError';
  readonly code: string;
  constructor(readonly failure: TaskFailure) {
    super(failure.message);
    this.code = failure.code;
  }
}

/** What an error says of the store; null where it is of something else. */
export function storeTrouble(error: unknown): TaskFailure | null {
  if (error instanceof StoreTroubleError) return error.failure;
  const code = (error as { code?: unknown } | null)?.code;
  if (!(error instanceof Error) || typeof code !== 'string' || !code.startsWith('STORE_')) return null;
  return { code, message: error.message, input: error instanceof InputError };
}

/**
 * The store's trouble as Temporal is to see it: tried again after a wait that grows, but not for ever where the store
 * refuses the worker or is full. `refusals`: how many attempts in a row it has ended, this one among them.
 */
export function storeFailure({ code, message, input }: TaskFailure, refusals: number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: code,
    nonRetryable: (input || code === 'STORE_FULL') && refusals >= REFUSALS,
    nextRetryDelay: `${Math.min(LONGEST_WAIT_SECONDS, 2 ** Math.min(refusals - 1, 10))}s`,
  });
}
