import type { Pace } from '../messages/messages.js';

/** Chooses how many tasks a batch has, so that a batch takes `batchSeconds`, and the end is shared by all lanes. */
export class BatchSize {
  readonly #pace: Pace;
  /** Seconds a task takes; null until a batch has told. */
  #seconds: number | null;

  constructor(pace: Pace, seconds: number | null) {
    this.#pace = pace;
    this.#seconds = seconds;
  }

  get secondsATask(): number | null {
    return this.#seconds;
  }

  next(left: number): number {
    const share = Math.ceil(left / this.#pace.lanes);
    const { batchSeconds, batchTasks } = this.#pace;
    // Before anything is known: small enough not to keep a worker for long.
    const wanted = this.#seconds === null ? 4 : Math.floor(batchSeconds / Math.max(this.#seconds, 1e-4));
    return Math.max(1, Math.min(wanted, batchTasks, share));
  }

  learn(tasks: number, seconds: number): void {
    const latest = seconds / Math.max(1, tasks);
    this.#seconds = this.#seconds === null ? latest : 0.7 * this.#seconds + 0.3 * latest;
  }
}
