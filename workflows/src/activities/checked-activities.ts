import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import * as z from 'zod';
import { InputError } from '@unitscope/base';
import { refuseOtherArguments, type ArgumentSchemas } from './arguments.js';
import {
  givenBack,
  noRefusals,
  refusalsSchema,
  refusedOnceMore,
  troubleIn,
} from '../worker/trouble/give-back.js';
import { surroundings } from '../worker/trouble/surroundings.js';
import type { ComputeHost } from './compute-host.js';
import type { SweepActivities } from './sweep-activities.js';
import { withHeartbeats } from './with-heartbeats.js';

/** They may answer without a word from the store, so that a worker that it refuses is not well by them. */
const WITHOUT_STORE: ReadonlySet<string> = new Set<keyof SweepActivities>(['countSlots', 'planCheckpoint']);

/** Of activities that send no heartbeats of their own. */
export function supervised<A extends object>(
  host: ComputeHost,
  schemas: ArgumentSchemas<A>,
  activities: A,
): A {
  const heard = wrapped(activities, async (work, name) => {
    const answer = await withHeartbeats(work);
    if (!WITHOUT_STORE.has(name)) host.health.succeeded('store');
    return answer;
  });
  return translated(host, schemas, heard);
}

/**
 * Arguments are checked; failures are as Temporal is to see them: bad input is never tried again, trouble of a worker or
 * the store is.
 */
export function translated<A extends object>(
  host: ComputeHost,
  schemas: ArgumentSchemas<A>,
  activities: A,
): A {
  return wrapped(activities, async (work, name, args) => {
    try {
      refuseOtherArguments(schemas[name as keyof A], name, args);
      return await work();
    } catch (error) {
      throw await translate(host, error);
    }
  });
}

function wrapped<A extends object>(
  activities: A,
  around: (work: () => Promise<unknown>, name: string, args: readonly unknown[]) => Promise<unknown>,
): A {
  return Object.fromEntries(
    Object.entries(activities as Record<string, (...args: unknown[]) => Promise<unknown>>).map(
      ([name, activity]) => [name, (...args: unknown[]) => around(() => activity(...args), name, args)],
    ),
  ) as A;
}

async function translate(host: ComputeHost, error: unknown): Promise<unknown> {
  const { info, cancellationSignal } = Context.current();
  if (error instanceof ApplicationFailure || cancellationSignal.aborted) return error;
  const trouble = troubleIn(error);
  if (trouble !== null) {
    host.health.failed(trouble);
    const around = surroundings(host);
    const before = z.object({ refused: refusalsSchema }).safeParse(info.heartbeatDetails).data?.refused;
    const refused = refusedOnceMore(before ?? noRefusals, host.identity, around.now);
    Context.current().heartbeat({ ...(info.heartbeatDetails as object | undefined), refused, ended: true });
    return givenBack(trouble, refused, around);
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (!(error instanceof Error) || typeof code !== 'string') return error;
  return ApplicationFailure.create({
    message: error.message,
    type: code,
    nonRetryable: error instanceof InputError,
  });
}
