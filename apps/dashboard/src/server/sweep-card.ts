import type { SweepState, SweepStatus, UnreadableSweep } from '@unitscope/tasks';

export type SweepAction = 'pause' | 'resume' | 'cancel' | 'retry';
/** How far a sweep is, and what can be done about it. */
export interface SweepCard {
  readonly name: string;
  /** As `unitscope sweeps` has it; unreadable: its manifest is not what it has to be. */
  readonly state: SweepState | 'unreadable';
  /** Who runs it; null: nobody now. */
  readonly engine: 'local' | 'temporal' | null;
  readonly checkpoints: { readonly total: number; readonly done: number };
  /** Those that are done while it runs, those in its result tables afterwards. */
  readonly cells: { readonly total: number; readonly done: number; readonly failed: number } | null;
  readonly failedTasks: number;
  /** Cells a second, and seconds left; known while it runs and has done something. */
  readonly rate: number | null;
  readonly mapsPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly actions: readonly SweepAction[];
  /** Why it does not go on, where that is known. */
  readonly note: string | null;
  /** How many trainings it is of, and when it was launched; null: not known. */
  readonly runs: number | null;
  readonly launched: string | null;
  /** What people wrote of it, and which writing that is: they change together. */
  readonly tags: readonly string[];
  readonly notes: string;
  readonly notesVersion: number;
}

/** Of a sweep of which nobody wrote anything. */
export const NOTHING_WRITTEN = { tags: [], notes: '', notesVersion: 0 } as const;

export function cardOf({
  name,
  state,
  engine,
  checkpoints,
  finished,
  cells,
  failures,
  note,
  runs,
  launched,
}: SweepStatus): SweepCard {
  return {
    ...{ name, state, engine, note },
    checkpoints: { total: checkpoints, done: finished },
    cells: { total: cells.total, done: cells.held, failed: cells.failed + cells.lost },
    failedTasks: failures,
    rate: null,
    mapsPerSecond: null,
    secondsLeft: null,
    actions: [],
    ...{ runs, launched, ...NOTHING_WRITTEN },
  };
}

export function unreadable({ name, problem }: UnreadableSweep): SweepCard {
  return {
    ...{ name, state: 'unreadable', engine: null, note: problem },
    ...{ checkpoints: { total: 0, done: 0 }, cells: null, failedTasks: 0 },
    ...{ rate: null, mapsPerSecond: null, secondsLeft: null, actions: [] },
    ...{ runs: null, launched: null, ...NOTHING_WRITTEN },
  };
}

export function runningHere(status: SweepStatus): SweepCard {
  const card: SweepCard = { ...cardOf(status), actions: ['pause'] };
  if (status.progress === null) return card; // it begins, or ends
  const { cells, checkpoints, maps, seconds } = status.progress;
  const over = cells.done + cells.failed;
  const worked = over - cells.cached;
  const rate = worked > 0 && seconds > 0 ? worked / seconds : null;
  return {
    ...card,
    checkpoints,
    cells: { total: cells.total, done: cells.done, failed: cells.failed },
    rate,
    mapsPerSecond: maps > 0 && seconds > 0 ? maps / seconds : null,
    secondsLeft: rate === null ? null : (cells.total - over) / rate,
  };
}

/** What can be done with a sweep that nobody runs: a retry does what failed and what is missing. */
export function resting(status: SweepStatus, remote: boolean, error: string | null): SweepCard {
  const card = cardOf(status);
  if (card.state === 'complete') return { ...card, note: error ?? card.note };
  const actions: SweepAction[] = remote || card.failedTasks > 0 ? ['retry'] : ['resume'];
  return { ...card, actions, note: error ?? card.note };
}
