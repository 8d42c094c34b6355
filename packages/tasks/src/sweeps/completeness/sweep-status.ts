import { trainingsOf, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { eachLimited, REQUESTS_AT_ONCE } from '@unitscope/base';
import { leaseHolder, readLease, shardHolders, sweepLease, whoHolds } from '../ownership/lease.js';
import { readProgress, type SweepProgress } from '../progress-note.js';
import type { FailureRow } from '../../tables/result-tables.js';
import { SweepObjects } from '../sweep-objects.js';
import { readable, readFailures, readManifest, sweepNames, type UnreadableSweep } from '../sweeps.js';
import { recordedFailures } from '../../run/task-failures.js';
import { completenessOf, type Completeness } from './completeness.js';
import type { TablesCache } from './tables-found.js';

/**
 * - planned: its name is taken, and nothing was done yet;
 * - running, paused: somebody is at it;
 * - complete: the result tables hold every cell;
 * - failed: every cell that is not in the tables has a failure that is recorded, or its last run could not go on;
 * - cancelled: cells are missing, and its last run was cancelled;
 * - incomplete: cells are missing, or were lost, and nobody is at it.
 */
export type SweepState =
  'planned' | 'running' | 'paused' | 'cancelled' | 'incomplete' | 'failed' | 'complete';

const NAMED = 100;

/** What the server of the last execution says of it; unknown: it does not answer. */
export interface Execution {
  readonly state: 'running' | 'paused' | 'completed' | 'cancelled' | 'failed' | 'unknown';
  /** Why it ended, or does not go on. */
  readonly note?: string | undefined;
}

export interface StatusOptions {
  /** What Temporal says of the sweep; null: it does not run there, or nobody asked. */
  readonly execution?: Execution | null | undefined;
  readonly cache?: TablesCache | undefined;
  /** The sweep's, where it was read already. */
  readonly manifest?: Manifest | undefined;
}

/** How far a sweep is, and in what state. */
export interface SweepStatus {
  readonly name: string;
  readonly state: SweepState;
  /** Who is at it; null: nobody. */
  readonly engine: 'local' | 'temporal' | null;
  readonly specDigest: string;
  readonly checkpoints: number;
  /** Checkpoints whose result tables are there. */
  readonly finished: number;
  /** total = held + failed + lost + missing. */
  readonly cells: Completeness['cells'];
  /** Labels of the checkpoints whose tables lack cells without a recorded failure, the first hundred. */
  readonly lacking: readonly string[];
  /** Tasks that are set aside. */
  readonly failures: number;
  /** Of the run that goes on on this store. */
  readonly progress: SweepProgress | null;
  /** Who runs it, or why it does not go on. */
  readonly note: string | null;
  /** How many trainings its checkpoints are of; 0: they cannot be told apart. */
  readonly runs: number;
  /** When its name was taken, ISO 8601 by the clock of who did; null: it is not known. */
  readonly launched: string | null;
}

/** The state of each sweep of a store. One that cannot be read hides no other. */
export async function listSweeps(
  store: ObjectStore,
  executionOf: (sweep: string) => Promise<Execution | null> = () => Promise.resolve(null),
): Promise<(SweepStatus | UnreadableSweep)[]> {
  const sweeps: (SweepStatus | UnreadableSweep)[] = [];
  await eachLimited((await sweepNames(store)).entries(), REQUESTS_AT_ONCE, async ([at, name]) => {
    const status = async (): Promise<SweepStatus> =>
      sweepStatus(store, name, { execution: await executionOf(name) });
    sweeps[at] = await readable(name, status);
  });
  return sweeps;
}

/**
 * The state of one sweep: what its manifest, tables, failures and lease tell, and what Temporal says of it. The command
 * line and the page both ask here. Throws NoSuchSweepError, ManifestError.
 */
export async function sweepStatus(
  store: ObjectStore,
  name: string,
  { execution = null, cache, manifest: known }: StatusOptions = {},
): Promise<SweepStatus> {
  const manifest = known ?? (await readManifest(store, name));
  const failures = await failuresNow(store, name);
  const { cells, held, incomplete } = await completenessOf(manifest, store, failures, cache);
  const at = await whoIsAt(store, name, execution);
  const begun = failures.length > 0 || held.some((count) => count !== null) || execution !== null;
  return {
    name,
    state: at?.state ?? stateAtRest(cells, begun, execution),
    engine: at?.engine ?? null,
    specDigest: manifest.specDigest,
    checkpoints: manifest.checkpoints.length,
    finished: held.filter((count) => count !== null).length,
    cells,
    lacking: incomplete.slice(0, NAMED).map((place) => manifest.checkpoints[place]?.label ?? ''),
    failures: failures.length,
    progress: at?.engine === 'local' ? await readProgress(store, name) : null,
    note: at?.engine === 'local' ? at.note : (execution?.note ?? null),
    runs: trainingsOf(manifest.checkpoints, manifest.source.run).trainings.length,
    launched: (await readLease(store, new SweepObjects(name).launch))?.since ?? null,
  };
}

/** Who is at a sweep now, and how; null: nobody, as far as its lease and Temporal tell. */
export interface AtWork {
  readonly engine: 'local' | 'temporal';
  readonly state: 'running' | 'paused';
  readonly note: string;
}

export async function whoIsAt(
  store: ObjectStore,
  name: string,
  execution: Execution | null,
): Promise<AtWork | null> {
  const holder = await leaseHolder(store, sweepLease(name));
  if (holder?.purpose === 'run') return { engine: 'local', state: 'running', note: `by ${whoHolds(holder)}` };
  const shards = await shardHolders(store, name);
  if (shards.length > 0) {
    const who = shards.map(({ shard, record }) => `shard ${shard} by ${whoHolds(record)}`).join('; ');
    return { engine: 'local', state: 'running', note: who };
  }
  if (execution?.state !== 'running' && execution?.state !== 'paused') return null;
  return { engine: 'temporal', state: execution.state, note: 'on Temporal' };
}

function stateAtRest(
  { total, held, lost, missing }: Completeness['cells'],
  begun: boolean,
  execution: Execution | null,
): Exclude<SweepState, 'running' | 'paused'> {
  if (missing > 0) {
    if (execution?.state === 'cancelled' || execution?.state === 'failed') return execution.state;
    return begun ? 'incomplete' : 'planned';
  }
  if (lost > 0) return 'incomplete';
  return held < total ? 'failed' : 'complete';
}

/** Those of the sweep's end, else those that many processes have noted until now. */
async function failuresNow(store: ObjectStore, name: string): Promise<FailureRow[]> {
  const found = await readFailures(store, name);
  return found.length > 0 ? found : recordedFailures(name, store);
}
