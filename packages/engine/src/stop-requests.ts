import type { ObjectStore } from '@unitscope/store';
import { stopRequestedAt } from '@unitscope/tasks';
import { everyTwoSeconds } from './every-two-seconds.js';

/**
 * Calls `onStop` once the sweep is asked to stop. The request is left where it is, for the other parts to hear; one that
 * was there before is none. Answers what ends the watch.
 */
export async function hearStopRequests(
  store: ObjectStore,
  sweep: string,
  onStop: () => void,
): Promise<() => Promise<void>> {
  const before = await stopRequestedAt(store, sweep);
  const look = async (): Promise<void> => {
    const at = await stopRequestedAt(store, sweep);
    if (at !== null && at !== before) onStop();
  };
  // A store that does not answer now may do so the next time; the tasks tell of its trouble.
  return everyTwoSeconds(() => look().catch(() => undefined));
}
