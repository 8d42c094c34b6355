import type { ObjectStore } from '@unitscope/store';
import { clearProgress, noteProgress, takeStopRequest, type SweepProgress } from '@unitscope/tasks';
import { everyTwoSeconds } from './every-two-seconds.js';

/** Keeps a run's progress in the store while it goes on, and hears there whether it is to stop. */
export class ProgressNotes {
  readonly #store: ObjectStore;
  readonly #sweep: string;
  readonly #progress: () => SweepProgress;
  readonly #onStop: () => void;
  #end: () => Promise<void> = () => Promise.resolve();

  constructor(store: ObjectStore, sweep: string, progress: () => SweepProgress, onStop: () => void) {
    this.#store = store;
    this.#sweep = sweep;
    this.#progress = progress;
    this.#onStop = onStop;
  }

  async begin(): Promise<void> {
    // A request that an earlier run did not live to hear.
    await clearProgress(this.#store, this.#sweep);
    await this.#note();
    this.#end = everyTwoSeconds(() => this.#note());
  }

  async end(): Promise<void> {
    await this.#end();
    await clearProgress(this.#store, this.#sweep).catch(() => undefined);
  }

  // The sweep does not need its notes: a store that takes none now fails the tasks, and they tell it better.
  async #note(): Promise<void> {
    try {
      await noteProgress(this.#store, this.#sweep, this.#progress());
      if (await takeStopRequest(this.#store, this.#sweep)) this.#onStop();
    } catch {
      return;
    }
  }
}
