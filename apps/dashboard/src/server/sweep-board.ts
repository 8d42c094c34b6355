import { openStore, type ObjectStore } from '@unitscope/store';
import { eachLimited, REQUESTS_AT_ONCE } from '@unitscope/base';
import {
  changeNotes,
  readable,
  readNotes,
  readFailures,
  recordedFailures,
  requestStop,
  sweepNames,
  sweepStatus,
  type FailureRow,
  type NoteChange,
  type TablesCache,
  type SweepStatus,
  type UnreadableSweep,
  type VersionedNotes,
} from '@unitscope/tasks';
import type { LiveProgress } from '@unitscope/workflows';
import { RequestRefusedError } from './errors.js';
import { LocalRuns } from './local-runs.js';
import { NotesShelf } from './notes-shelf.js';
import { RemoteSweeps, type RemoteSweep } from './remote-sweeps.js';
import { cardOf, resting, runningHere, unreadable, type SweepAction, type SweepCard } from './sweep-card.js';

interface Seen {
  readonly at: number;
  readonly over: number;
}

/** A sweep that nobody is at is looked at again after so many times as long as a look at all of them takes. */
const REST = 20;

/** The sweeps of a store, whatever engine runs them. */
export class SweepBoard {
  readonly #address: string;
  readonly #local: LocalRuns;
  readonly #remote: RemoteSweeps;
  /** When a Temporal sweep was first seen running, and how far it was: its rate is told from there. */
  readonly #seen = new Map<string, Seen>();
  readonly #held: TablesCache = new Map();
  /** Of the sweeps that nobody was at, and when that was seen. */
  readonly #resting = new Map<
    string,
    { readonly status: SweepStatus | UnreadableSweep; readonly at: number }
  >();
  readonly #notes = new NotesShelf();
  /** How long that is taken for so. A page over hundreds of sweeps would do nothing but look. */
  #restMs = 0;
  #store: Promise<ObjectStore> | null = null;

  constructor(address: string, temporal: boolean) {
    this.#address = address;
    this.#local = new LocalRuns(address);
    this.#remote = new RemoteSweeps(address, temporal);
  }

  get temporal(): string | null {
    return this.#remote.address;
  }

  /** Begins to look for what takes a while to find. */
  warm(): void {
    this.#remote.warm();
  }

  async cards(): Promise<SweepCard[]> {
    const store = await this.#open();
    const [names, remote] = [await sweepNames(store), await this.#remote.byName(store.uri)];
    const cards: SweepCard[] = [];
    const began = performance.now();
    let looked = 0;
    await eachLimited(names.entries(), REQUESTS_AT_ONCE, async ([at, name]) => {
      const execution = remote.get(name)?.execution.state;
      const isAtWork = execution === 'running' || execution === 'paused';
      const held = isAtWork ? undefined : this.#resting.get(name);
      if (held !== undefined && began - held.at < this.#restMs) {
        const { status } = held;
        cards[at] = await this.#notes.on(
          store,
          'problem' in status
            ? unreadable(status)
            : resting(status, remote.has(name), this.#local.error(name)),
        );
        return;
      }
      looked++;
      const card = await readable(name, () => this.#card(store, name, remote.get(name)));
      if ('problem' in card) this.#resting.set(name, { status: card, at: performance.now() });
      cards[at] = await this.#notes.on(store, 'problem' in card ? unreadable(card) : card);
    });
    if (looked > 0) this.#restMs = (REST * (performance.now() - began) * names.length) / looked;
    return cards;
  }

  async card(name: string): Promise<SweepCard> {
    const store = await this.#open();
    const remote = await this.#remote.byName(store.uri);
    return this.#notes.on(store, await this.#card(store, name, remote.get(name)));
  }

  /** What people wrote of a sweep. */
  async notes(name: string): Promise<VersionedNotes> {
    return readNotes(await this.#open(), name);
  }

  async changeNotes(name: string, change: NoteChange): Promise<VersionedNotes> {
    const after = await changeNotes(await this.#open(), name, change);
    this.#notes.forget(name);
    return after;
  }

  /** Tasks that were set aside: at the sweep's end, or up to now where many processes work on it. */
  async failures(name: string): Promise<FailureRow[]> {
    const store = await this.#open();
    const found = await readFailures(store, name);
    return found.length > 0 ? found : recordedFailures(name, store);
  }

  async act(name: string, action: SweepAction): Promise<void> {
    const card = await this.card(name);
    if (!card.actions.includes(action)) {
      throw new RequestRefusedError(
        409,
        'ACTION_IMPOSSIBLE',
        `sweep "${name}" is ${card.state}: ${action} is not possible; possible: ${card.actions.join(', ') || 'nothing'}`,
      );
    }
    this.#resting.delete(name);
    const store = await this.#open();
    const remote = (await this.#remote.byName(store.uri)).has(name) && card.engine !== 'local';
    if (remote) await this.#remote.act(name, action);
    else if (action === 'pause' || action === 'cancel') await requestStop(store, name);
    else await this.#local.begin(name);
  }

  async close(): Promise<void> {
    await this.#local.close();
    await this.#remote.close();
  }

  #open(): Promise<ObjectStore> {
    this.#store ??= openStore(this.#address).catch((error: unknown) => {
      this.#store = null;
      throw error;
    });
    return this.#store;
  }

  async #card(store: ObjectStore, name: string, remote: RemoteSweep | undefined): Promise<SweepCard> {
    const execution = remote?.execution;
    this.#resting.delete(name);
    const status = await sweepStatus(store, name, { execution, cache: this.#held });
    if (status.engine === 'local') return runningHere(status);
    if (status.engine === 'temporal') return this.#runningThere(status, remote?.progress ?? null);
    this.#seen.delete(name);
    this.#resting.set(name, { status, at: performance.now() });
    return resting(status, remote !== undefined, this.#local.error(name));
  }

  #runningThere(status: SweepStatus, progress: LiveProgress | null): SweepCard {
    const base = cardOf(status);
    if (progress === null) return { ...base, actions: ['cancel'] };
    const { open } = progress;
    const sum = (
      value: (cells: LiveProgress['cells'] | LiveProgress['open'][number]['cells']) => number,
    ): number =>
      value(progress.cells) + open.reduce((total, checkpoint) => total + value(checkpoint.cells), 0);
    const cells = {
      total: progress.cells.total,
      done: sum(({ done }) => done),
      failed: sum(({ failed }) => failed),
    };
    const over = cells.done + cells.failed;
    const seen = this.#seen.get(status.name) ?? { at: performance.now(), over };
    this.#seen.set(status.name, seen);
    const seconds = (performance.now() - seen.at) / 1000;
    const rate = over > seen.over && seconds > 1 ? (over - seen.over) / seconds : null;
    const paused = progress.state === 'paused';
    return {
      ...base,
      checkpoints: progress.checkpoints,
      cells,
      failedTasks: Math.max(base.failedTasks, progress.failed.length),
      rate: paused ? null : rate,
      secondsLeft: paused || rate === null ? null : (cells.total - over) / rate,
      actions: [paused ? 'resume' : 'pause', 'cancel', ...(cells.failed > 0 ? (['retry'] as const) : [])],
    };
  }
}
