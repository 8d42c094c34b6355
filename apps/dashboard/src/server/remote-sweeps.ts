import type { LiveProgress, RunningSweep, SweepClient, SweepListing } from '@unitscope/workflows';
import { openStore } from '@unitscope/store';
import { readManifest, type Execution } from '@unitscope/tasks';
import { RequestRefusedError } from './errors.js';

/** A page that is left open asks all day, and Temporal Cloud counts each question. */
const ASK_MS = 10_000;
/** Running checkpoints that are asked at a time. */
const MOST_AT_FIRST = 8;
const MOST_LATER = 1;
const RETRY_MS = 30_000;
const ANSWER_MS = 3000;

/** A sweep on the Temporal server, in the store that the dashboard shows. */
export interface RemoteSweep {
  readonly listing: SweepListing;
  readonly execution: Execution;
  /** null: no worker answers. */
  readonly progress: LiveProgress | null;
}

export type RemoteAction = 'pause' | 'resume' | 'cancel' | 'retry';

/** The sweeps of the Temporal server that the environment names, as far as they are of one store. */
export class RemoteSweeps {
  readonly #store: string;
  readonly #enabled: boolean;
  readonly #asked = new Map<string, { run: RunningSweep; at: number; progress: LiveProgress | null }>();
  #client: SweepClient | null = null;
  #connecting: Promise<void> | null = null;
  #triedAt = -Infinity;

  constructor(store: string, enabled: boolean) {
    this.#store = store;
    this.#enabled = enabled;
  }

  /** The server's address, while it answers. */
  get address(): string | null {
    return this.#client?.address ?? null;
  }

  /** Begins to look for the server, so that it is known when the page first asks. */
  warm(): void {
    this.#reach();
  }

  /** By sweep; the latest execution of each. Empty while no server answers: that keeps nobody waiting. */
  async byName(uri: string): Promise<Map<string, RemoteSweep>> {
    const sweeps = new Map<string, RemoteSweep>();
    const client = this.#reach();
    if (client === null) return sweeps;
    try {
      for (const listing of await client.list({ store: uri })) {
        if (sweeps.has(listing.sweep)) continue;
        const progress = listing.state === 'running' ? await this.#progress(client, listing.sweep) : null;
        sweeps.set(listing.sweep, { listing, progress, execution: await executionFrom(listing, progress) });
      }
    } catch {
      this.#client = null;
      this.#asked.clear();
      await client.close().catch(() => undefined);
    }
    return sweeps;
  }

  async act(sweep: string, action: RemoteAction): Promise<void> {
    const client = this.#client;
    if (client === null) {
      throw new RequestRefusedError(503, 'TEMPORAL_UNREACHABLE', 'no Temporal server answers');
    }
    if (action === 'retry') {
      const manifest = await readManifest(await openStore(this.#store), sweep);
      await client.retry(manifest, this.#store);
      return;
    }
    const run = await client.find(sweep, this.#store);
    await run.expectRunning(sweep);
    await run[action]();
  }

  async close(): Promise<void> {
    await this.#connecting;
    await this.#client?.close();
  }

  async #progress(client: SweepClient, sweep: string): Promise<LiveProgress | null> {
    const known = this.#asked.get(sweep);
    if (known !== undefined && performance.now() - known.at < ASK_MS) return known.progress;
    const run = known?.run ?? (await client.find(sweep, this.#store));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ANSWER_MS);
    });
    const most = known === undefined ? MOST_AT_FIRST : MOST_LATER;
    const answer = await Promise.race([run.progress(most).catch(() => null), late]);
    clearTimeout(timer);
    this.#asked.set(sweep, { run, at: performance.now(), progress: answer });
    return answer;
  }

  #reach(): SweepClient | null {
    if (this.#client === null && this.#enabled && this.#connecting === null) {
      if (performance.now() - this.#triedAt > RETRY_MS) this.#connecting = this.#connect();
    }
    return this.#client;
  }

  async #connect(): Promise<void> {
    this.#triedAt = performance.now();
    try {
      const { SweepClient: Sweeps } = await import('@unitscope/workflows');
      this.#client = await Sweeps.connect();
    } catch {
      this.#client = null; // tried again later
    } finally {
      this.#connecting = null;
    }
  }
}

async function executionFrom(listing: SweepListing, progress: LiveProgress | null): Promise<Execution> {
  const { executionState } = await import('@unitscope/workflows');
  const state = executionState(listing.state);
  if (state !== 'running') return { state };
  if (progress !== null) return { state: progress.state === 'paused' ? 'paused' : 'running' };
  return { state, note: 'no worker answers; start one where the store can be reached: unitscope worker' };
}
