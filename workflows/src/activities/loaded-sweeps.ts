import { ThreadPool, type ThreadData, type ThreadOptions } from '@unitscope/engine';
import { encodeManifest, type Manifest } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import type { SweepRef } from '../messages.js';
import { loadManifest } from '../sweep-ref.js';

/** A sweep as a worker holds it between activities. */
export interface LoadedSweep {
  readonly manifest: Manifest;
  readonly store: ObjectStore;
  /** What its threads are started with. */
  readonly data: ThreadData;
  readonly pool: ThreadPool;
}

/** How many sweeps a worker holds at once: each holds a manifest, and threads with models. */
const KEPT = 2;

/** Holds the sweeps that were worked on last. */
export class LoadedSweeps {
  readonly #options: ThreadOptions;
  readonly #sweeps = new Map<string, Promise<LoadedSweep>>();

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Throws ManifestChangedError, NoSuchSweepError, and what the store throws. */
  async get(ref: SweepRef): Promise<LoadedSweep> {
    const key = `${ref.store} ${ref.sweep} ${ref.manifest}`;
    const known = this.#sweeps.get(key);
    const sweep = known ?? this.#load(ref);
    this.#sweeps.delete(key);
    this.#sweeps.set(key, sweep); // the latest is last
    try {
      const loaded = await sweep;
      if (known === undefined) await this.#forgetOldest();
      return loaded;
    } catch (error) {
      this.#sweeps.delete(key);
      throw error;
    }
  }

  /** Ends threads that have nothing to do. */
  async shrink(): Promise<void> {
    for (const sweep of this.#sweeps.values()) await (await sweep).pool.shrink();
  }

  async close(): Promise<void> {
    for (const sweep of this.#sweeps.values()) await (await sweep.catch(() => null))?.pool.close();
    this.#sweeps.clear();
  }

  async #load(ref: SweepRef): Promise<LoadedSweep> {
    const store = await openStore(ref.store);
    const manifest = await loadManifest(ref, store);
    const data: ThreadData = { manifest: encodeManifest(manifest), store: ref.store, inputs: 'store' };
    return { manifest, store, data, pool: new ThreadPool(data, this.#options) };
  }

  // Threads that are at work stay; the pool's others go with the sweep.
  async #forgetOldest(): Promise<void> {
    const old = [...this.#sweeps].slice(0, -KEPT);
    for (const [key, sweep] of old) {
      this.#sweeps.delete(key);
      await (await sweep.catch(() => null))?.pool.shrink();
    }
  }
}
