import { resumeSweep } from '@unitscope/engine';
import { openStore } from '@unitscope/store';
import { readManifest, readProgress } from '@unitscope/tasks';
import { reasonOf } from '@unitscope/base';
import { RequestRefusedError } from './errors.js';

/** Runs of the in-process engine that the dashboard has begun. Others see them as they see any run: by the store. */
export class LocalRuns {
  readonly #store: string;
  readonly #runs = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  readonly #errors = new Map<string, string>();

  constructor(store: string) {
    this.#store = store;
  }

  /** Goes on with a sweep on this machine: what is done is found done, what failed is tried again. */
  async begin(sweep: string): Promise<void> {
    const store = await openStore(this.#store);
    if (this.#runs.has(sweep) || (await readProgress(store, sweep)) !== null) {
      throw new RequestRefusedError(409, 'SWEEP_RUNNING', `sweep "${sweep}" is running already`);
    }
    await readManifest(store, sweep);
    const stop = new AbortController();
    this.#errors.delete(sweep);
    const ended = resumeSweep(sweep, { store: this.#store, signal: stop.signal })
      .then(() => undefined)
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== 'SWEEP_INTERRUPTED')
          this.#errors.set(sweep, reasonOf(error));
      })
      .finally(() => this.#runs.delete(sweep));
    this.#runs.set(sweep, { stop, ended });
  }

  /** Why the last run that was begun here could not go on. */
  error(sweep: string): string | null {
    return this.#errors.get(sweep) ?? null;
  }

  async close(): Promise<void> {
    for (const { stop } of this.#runs.values()) stop.abort();
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
  }
}
