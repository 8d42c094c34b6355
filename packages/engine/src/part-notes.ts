import type { ObjectStore } from '@unitscope/store';
import { noteProgress, type SweepProgress } from '@unitscope/tasks';
import { everyTwoSeconds } from './every-two-seconds.js';

/**
 * Keeps in the store how far a part of a sweep is. Answers what ends that: where the part is done the note stays, so that all
 * parts together can be told, until the tables are made.
 */
export async function notePart(
  store: ObjectStore,
  sweep: string,
  part: { readonly index: number; readonly count: number },
  progress: () => SweepProgress,
): Promise<(over: boolean) => Promise<void>> {
  // The sweep does not need its notes: a store that takes none now fails the tasks, and they tell it better.
  const note = (over: boolean): Promise<void> =>
    noteProgress(store, sweep, progress(), { ...part, over }).catch(() => undefined);
  await note(false);
  const end = everyTwoSeconds(() => note(false));
  return async (over) => {
    await end();
    if (over) await note(true);
  };
}
