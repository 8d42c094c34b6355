import {
  checkpointTasks,
  parseStored,
  StoredRecordError,
  type Manifest,
  type ManifestWork,
} from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import * as z from 'zod';
import type { FailureRow } from '../tables/result-tables.js';
import { SweepObjects } from '../sweeps/sweep-objects.js';
import type { TaskRef } from './task-runner.js';

/** Why a task was set aside, and after how many attempts. */
export interface TaskFailureCause {
  readonly attempts: number;
  readonly code: string;
  readonly message: string;
}

/** The row of failures.arrow of a task that was set aside. */
export function failureRow(
  manifest: ManifestWork,
  { kind, checkpoint, index }: TaskRef,
  cause: TaskFailureCause,
): FailureRow {
  const task = kind === 'cells' ? checkpointTasks(manifest, checkpoint)[index] : undefined;
  const [cell] = task?.cells ?? [];
  return {
    checkpoint: manifest.checkpoints[checkpoint]?.label ?? '',
    // An extract task is all layers of one category.
    layer: task?.kind === 'measure' ? (cell?.layer ?? null) : null,
    category: cell?.category ?? null,
    task: task?.kind ?? 'aggregate',
    ...cause,
  };
}

// Where many processes work on a sweep, each task that is set aside is an object of its own until the sweep's end, when
// failures.arrow is made of them: two writers never meet, and no message carries them.

/** Notes that a task was set aside. */
export async function recordFailure(
  manifest: Manifest,
  store: ObjectStore,
  ref: TaskRef,
  cause: TaskFailureCause,
): Promise<void> {
  const row = failureRow(manifest, ref, cause);
  await store.put(failureKey(manifest.sweep, ref), Buffer.from(JSON.stringify(row)));
}

/** Forgets that a task was set aside once: it has been done since. */
export async function clearFailure(sweep: string, store: ObjectStore, ref: TaskRef): Promise<void> {
  await store.delete(failureKey(sweep, ref));
}

/** Forgets all tasks that were set aside: a run has done every task since, and written its own failures.arrow. */
export async function clearFailures(sweep: string, store: ObjectStore): Promise<void> {
  for await (const { key } of store.list(failureFolder(sweep))) await store.delete(key);
}

/** The tasks of a sweep that are set aside, in their order; of one checkpoint, or of all. */
export async function failedTasks(
  sweep: string,
  store: ObjectStore,
  checkpoint?: number,
): Promise<TaskRef[]> {
  const folderOfSweep = failureFolder(sweep);
  const folder = `${folderOfSweep}${checkpoint === undefined ? '' : `${padded(checkpoint)}/`}`;
  const refs: TaskRef[] = [];
  for await (const { key } of store.list(folder)) {
    const match = RECORD.exec(key.slice(folderOfSweep.length));
    if (match === null) continue;
    const [, of = '', index] = match;
    refs.push({
      kind: index === undefined ? 'aggregate' : 'cells',
      checkpoint: Number(of),
      index: Number(index ?? 0),
    });
  }
  return refs;
}

/** The rows of the tasks that are set aside. */
export async function recordedFailures(sweep: string, store: ObjectStore): Promise<FailureRow[]> {
  const rows: FailureRow[] = [];
  for (const ref of await failedTasks(sweep, store)) {
    const key = failureKey(sweep, ref);
    rows.push(rowOf(ref, Buffer.from(await store.get(key)).toString('utf8'), key));
  }
  return rows;
}

const RECORD = /^(\d{8})\/(?:(\d{8})|aggregate)\.json$/;

const rowSchema: z.ZodType<FailureRow> = z.object({
  checkpoint: z.string(),
  layer: z.string().nullable(),
  category: z.string().nullable(),
  task: z.string(),
  attempts: z.int().min(0).max(0xffff_ffff),
  code: z.string(),
  message: z.string(),
});

/** That a task failed is told by the record's name; a record that is damaged tells no more, and hides no other. */
function rowOf({ kind }: TaskRef, text: string, key: string): FailureRow {
  try {
    return parseStored(rowSchema, text, key);
  } catch (error) {
    if (!(error instanceof StoredRecordError)) throw error;
    const task = kind === 'cells' ? 'cells' : 'aggregate';
    const unknown = { checkpoint: '', layer: null, category: null, task, attempts: 0 };
    return { ...unknown, code: error.code, message: error.message };
  }
}

function failureFolder(sweep: string): string {
  return `${new SweepObjects(sweep).root}/failed/`;
}

function failureKey(sweep: string, { kind, checkpoint, index }: TaskRef): string {
  return `${failureFolder(sweep)}${padded(checkpoint)}/${kind === 'cells' ? padded(index) : 'aggregate'}.json`;
}

// Fixed width: the byte order of keys is the order of numbers.
function padded(number: number): string {
  return String(number).padStart(8, '0');
}
