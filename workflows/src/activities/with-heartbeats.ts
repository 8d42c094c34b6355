import { Context } from '@temporalio/activity';

/**
 * Sends heartbeats while an activity works, so that the death of its worker is seen. They repeat what the last one of
 * the attempt before said: the next attempt is to know it still.
 */
export async function withHeartbeats<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const details: unknown = context.info.heartbeatDetails;
  const beat = setInterval(() => context.heartbeat(details), 1000);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
