import type { ObjectStore } from '@unitscope/store';
import { clearProgress, noteProgress, takeStopRequest, type SweepProgress } from '@unitscope/tasks';

const EVERY_MS = 2000;

/** Keeps a run's progress in the store while it goes on, and hears there whether it is to stop. */
export class ProgressNotes {
  readonly #store: ObjectStore;
  readonly #sweep: string;
  readonly #progress: () => SweepProgress;
  readonly #onStop: () => void;
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

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
    this.#timer = setInterval(() => {
      this.#last = this.#last.then(() => this.#note());
    }, EVERY_MS);
    this.#timer.unref();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#last;
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
