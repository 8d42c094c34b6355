import type { ThreadData } from '@unitscope/engine';
import { encodeManifest, type Manifest } from '@unitscope/plan';
import { openStore, type AllowedStores, type ObjectStore } from '@unitscope/store';
import { refuseOther, remoteAddresses } from '@unitscope/tasks';
import type { SweepRef } from '../messages/messages.js';
import { loadManifest } from '../sweep-ref.js';

/** A sweep as a worker holds it between activities. */
export interface LoadedSweep {
  readonly manifest: Manifest;
  readonly store: ObjectStore;
  /** What threads are told of it. */
  readonly data: ThreadData;
}

/** How many sweeps a worker holds at once: each holds a manifest. */
const KEPT = 4;

/** Holds the sweeps that were worked on last. */
export class LoadedSweeps {
  readonly #stores: AllowedStores;
  readonly #decodeBytes: number;
  readonly #sweeps = new Map<string, Promise<LoadedSweep>>();

  /** `decodeBytes`: memory that images decoded at once may take in one thread. */
  constructor(stores: AllowedStores, decodeBytes: number) {
    this.#stores = stores;
    this.#decodeBytes = decodeBytes;
  }

  /** Throws StoreNotAllowedError, ManifestChangedError, WorkerDiffersError, ManifestError, NoSuchSweepError, and what the store throws. */
  async get(ref: SweepRef): Promise<LoadedSweep> {
    const key = `${ref.store} ${ref.sweep} ${ref.manifest}`;
    const known = this.#sweeps.get(key);
    const sweep = known ?? this.#load(ref);
    this.#sweeps.delete(key);
    this.#sweeps.set(key, sweep); // the latest is last
    try {
      const loaded = await sweep;
      for (const old of [...this.#sweeps.keys()].slice(0, -KEPT)) this.#sweeps.delete(old);
      return loaded;
    } catch (error) {
      this.#sweeps.delete(key);
      throw error;
    }
  }

  async #load(ref: SweepRef): Promise<LoadedSweep> {
    await this.#stores.check(ref.store);
    const store = await openStore(ref.store);
    const manifest = await loadManifest(ref, store);
    // What it names elsewhere is read with this worker's credentials too.
    for (const address of remoteAddresses(manifest)) await this.#stores.check(address);
    await refuseOther(manifest);
    const data: ThreadData = {
      manifest: encodeManifest(manifest),
      store: ref.store,
      inputs: 'store',
      decodeBytes: this.#decodeBytes,
    };
    return { manifest, store, data };
  }
}
