import type { ObjectStore } from '@unitscope/store';
import { noteProgress, type SweepProgress } from '@unitscope/tasks';

const EVERY_MS = 2000;

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
  let last = note(false);
  await last;
  const timer = setInterval(() => {
    last = last.then(() => note(false));
  }, EVERY_MS);
  timer.unref();
  return async (over) => {
    clearInterval(timer);
    await last;
    if (over) await note(true);
  };
}
