import { DEFAULT_TASK_TIMEOUT, durationMs } from '@unitscope/plan';
import type { ThreadReply } from './thread-protocol.js';

/**
 * Does a task that is ended when it takes longer than `limit` (`90s`, `1h`; the spec's `engine.taskTimeout`): its failure is
 * then TASK_TIMEOUT, which is not tried again. `work` ends it when the signal that it gets aborts, as ThreadPool.run and
 * runIsolated do.
 */
export async function withTimeLimit<Outcome>(
  work: (signal: AbortSignal) => Promise<ThreadReply<Outcome>>,
  limit: string = DEFAULT_TASK_TIMEOUT,
  signal?: AbortSignal,
): Promise<ThreadReply<Outcome>> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), durationMs(limit));
  try {
    const reply = await work(signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]));
    const wasEnded = 'failure' in reply && reply.failure.code === 'TASK_CANCELLED';
    if (!wasEnded || !late.signal.aborted || signal?.aborted === true) return reply;
    const message =
      `the task took longer than ${limit} and was ended; where that is too short, raise engine.taskTimeout in the spec, ` +
      'then try it again';
    return { failure: { code: 'TASK_TIMEOUT', message, input: true } };
  } finally {
    clearTimeout(timer);
  }
}
