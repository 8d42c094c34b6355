import { ApplicationFailure } from '@temporalio/common';
import * as z from 'zod';
import { isRefusal, toFailure, troubleOf, type TaskFailure } from '@unitscope/engine';

const LONGEST_WAIT_SECONDS = 20;
/** Workers that are remembered to have said something. */
const REMEMBERED = 8;

/** An activity failed by trouble of the worker or the store, which is no task's fault. */
export class TroubleError extends Error {
  override readonly name = 'TroubleError';
  readonly code: string;
  constructor(readonly failure: TaskFailure) {
    super(failure.message);
    this.code = failure.code;
  }
}

/** What an error says of the worker or the store; null where it is the task's own. */
export function troubleIn(error: unknown): TaskFailure | null {
  const failure = error instanceof TroubleError ? error.failure : toFailure(error);
  return troubleOf(failure.code) === 'task' ? null : failure;
}

/** The attempts in a row that an activity was given back; part of its heartbeats. */
export interface Refusals {
  /** How many. */
  readonly times: number;
  /** Who said so. */
  readonly by: readonly string[];
  /** When the first of them was scheduled, by the server's clock. */
  readonly since: number;
}

export const refusalsSchema: z.ZodType<Refusals> = z.object({
  times: z.int().min(0),
  by: z.array(z.string()).max(100),
  since: z.number(),
});

export const noRefusals: Refusals = { times: 0, by: [], since: 0 };

/** With one more, by this worker. */
export function refusedOnceMore({ times, by, since }: Refusals, worker: string, now: number): Refusals {
  return {
    times: times + 1,
    by: [...new Set([...by, worker])].slice(-REMEMBERED),
    since: times === 0 ? now : since,
  };
}

export interface Surroundings {
  /** By the server's clock. */
  readonly now: number;
  /** For how long a refusal may be a passing one. */
  readonly patienceSeconds: number;
  /** Whoever else takes from the task queue; null where the server does not say. */
  readonly others: () => Promise<readonly string[] | null>;
}

/**
 * The trouble as Temporal is to see it. A worker's goes to another one at once; the store's is tried again after a wait
 * that grows. A refusal ends the sweep once it has lasted and two workers say so, or none but this one is there.
 */
export async function givenBack(
  { code, message }: TaskFailure,
  refusals: Refusals,
  { now, patienceSeconds, others }: Surroundings,
): Promise<ApplicationFailure> {
  const lasts = refusals.since > 0 && now - refusals.since >= patienceSeconds * 1000;
  const ends = isRefusal(code) && lasts && isAgreed(code, refusals, await others());
  return ApplicationFailure.create({
    message,
    type: code,
    nonRetryable: ends,
    nextRetryDelay: `${waitSeconds(code, refusals.times)}s`,
  });
}

// Another version may be all that two workers have, while a third that is busy fits.
function isAgreed(code: string, { by }: Refusals, others: readonly string[] | null): boolean {
  if (others?.every((other) => by.includes(other)) === true) return true;
  return code !== 'WORKER_DIFFERS' && by.length >= 2;
}

function waitSeconds(code: string, times: number): number {
  // Whoever is first to take it may be the one who gave it back; it rests after a few.
  if (troubleOf(code) === 'worker') return Math.min(5, 0.1 * times);
  return Math.min(LONGEST_WAIT_SECONDS, 2 ** Math.min(times - 1, 10));
}
