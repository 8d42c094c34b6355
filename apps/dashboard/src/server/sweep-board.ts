import { openStore, type ObjectStore } from '@unitscope/store';
import {
  readable,
  readFailures,
  readProgress,
  recordedFailures,
  requestStop,
  sweepNames,
  sweepStatus,
  type FailureRow,
  type SweepProgress,
  type SweepStatus,
  type UnreadableSweep,
} from '@unitscope/tasks';
import type { LiveProgress } from '@unitscope/workflows';
import { RequestRefusedError } from './errors.js';
import { LocalRuns } from './local-runs.js';
import { RemoteSweeps, type RemoteSweep } from './remote-sweeps.js';

export type SweepAction = 'pause' | 'resume' | 'cancel' | 'retry';
export type SweepState =
  | 'running'
  | 'paused'
  | 'waiting'
  | 'complete'
  | 'failed in part'
  | 'incomplete'
  | 'cancelled'
  | 'failed'
  | 'unreadable';

/** How far a sweep is, and what can be done about it. */
export interface SweepCard {
  readonly name: string;
  readonly state: SweepState;
  /** Who runs it; null: nobody now. */
  readonly engine: 'local' | 'temporal' | null;
  readonly checkpoints: { readonly total: number; readonly done: number };
  /** Known while it runs. */
  readonly cells: { readonly total: number; readonly done: number; readonly failed: number } | null;
  readonly failedTasks: number;
  /** Cells a second, and seconds left; known while it runs and has done something. */
  readonly rate: number | null;
  readonly mapsPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly actions: readonly SweepAction[];
  /** Why it does not go on, where that is known. */
  readonly note: string | null;
}

interface Seen {
  readonly at: number;
  readonly over: number;
}

/** The sweeps of a store, whatever engine runs them. */
export class SweepBoard {
  readonly #address: string;
  readonly #local: LocalRuns;
  readonly #remote: RemoteSweeps;
  /** When a Temporal sweep was first seen running, and how far it was: its rate is told from there. */
  readonly #seen = new Map<string, Seen>();
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
    for (const name of names) {
      const card = await readable(name, () => this.#card(store, name, remote.get(name)));
      cards.push('problem' in card ? unreadable(card) : card);
    }
    return cards;
  }

  async card(name: string): Promise<SweepCard> {
    const store = await this.#open();
    const remote = await this.#remote.byName(store.uri);
    return this.#card(store, name, remote.get(name));
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
    const status = await sweepStatus(store, name);
    const note = await readProgress(store, name);
    if (note !== null) return runningHere(status, note);
    if (remote?.listing.state === 'running') return this.#runningThere(status, remote.progress);
    this.#seen.delete(name);
    const ended = remote === undefined ? null : endOf(remote.listing.state);
    return resting(status, ended, remote !== undefined, this.#local.error(name));
  }

  #runningThere(status: SweepStatus, progress: LiveProgress | null): SweepCard {
    const base = cardOf(status);
    if (progress === null) {
      return {
        ...base,
        state: 'waiting',
        engine: 'temporal',
        actions: ['cancel'],
        note: 'no worker answers; start one where the store can be reached: unitscope worker',
      };
    }
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
      state: progress.state,
      engine: 'temporal',
      checkpoints: progress.checkpoints,
      cells,
      failedTasks: Math.max(base.failedTasks, progress.failed.length),
      rate: paused ? null : rate,
      secondsLeft: paused || rate === null ? null : (cells.total - over) / rate,
      actions: [paused ? 'resume' : 'pause', 'cancel', ...(cells.failed > 0 ? (['retry'] as const) : [])],
    };
  }
}

function cardOf({ name, checkpoints, finished, failures }: SweepStatus): SweepCard {
  return {
    name,
    state: failures > 0 ? 'failed in part' : finished === checkpoints ? 'complete' : 'incomplete',
    engine: null,
    checkpoints: { total: checkpoints, done: finished },
    cells: null,
    failedTasks: failures,
    rate: null,
    mapsPerSecond: null,
    secondsLeft: null,
    actions: [],
    note: null,
  };
}

function unreadable({ name, problem }: UnreadableSweep): SweepCard {
  const nothing = { name, specDigest: '', checkpoints: 0, finished: 0, failures: 0 };
  return { ...cardOf(nothing), state: 'unreadable', note: problem };
}

function runningHere(status: SweepStatus, { cells, checkpoints, maps, seconds }: SweepProgress): SweepCard {
  const over = cells.done + cells.failed;
  const worked = over - cells.cached;
  const rate = worked > 0 && seconds > 0 ? worked / seconds : null;
  return {
    ...cardOf(status),
    state: 'running',
    engine: 'local',
    checkpoints,
    cells: { total: cells.total, done: cells.done, failed: cells.failed },
    rate,
    mapsPerSecond: maps > 0 && seconds > 0 ? maps / seconds : null,
    secondsLeft: rate === null ? null : (cells.total - over) / rate,
    actions: ['pause'],
  };
}

function resting(
  status: SweepStatus,
  ended: SweepState | null,
  remote: boolean,
  error: string | null,
): SweepCard {
  const card = cardOf(status);
  const state = card.state === 'incomplete' && ended !== null ? ended : card.state;
  const actions: SweepAction[] =
    card.failedTasks > 0
      ? ['retry']
      : card.checkpoints.done < card.checkpoints.total && !remote
        ? ['resume']
        : [];
  return { ...card, state, actions, note: error };
}

function endOf(state: string): SweepState | null {
  if (state === 'canceled' || state === 'cancelled' || state === 'terminated') return 'cancelled';
  return state === 'failed' || state === 'timed_out' ? 'failed' : null;
}
