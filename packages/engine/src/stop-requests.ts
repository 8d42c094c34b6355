import type { ObjectStore } from '@unitscope/store';
import { stopRequestedAt } from '@unitscope/tasks';

const EVERY_MS = 2000;

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
  let last: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const at = await stopRequestedAt(store, sweep);
    if (at !== null && at !== before) onStop();
  };
  const timer = setInterval(() => {
    // A store that does not answer now may do so the next time; the tasks tell of its trouble.
    last = last.then(look).catch(() => undefined);
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}
