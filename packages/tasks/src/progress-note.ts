import { hostname } from 'node:os';
import { parseStored } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { z } from 'zod';
import { SweepObjects } from './sweep-objects.js';

/** How far a run of a sweep is. Cells are (checkpoint, category, layer). */
export interface SweepProgress {
  readonly cells: {
    readonly total: number;
    readonly done: number;
    readonly cached: number;
    readonly failed: number;
  };
  readonly checkpoints: { readonly total: number; readonly done: number };
  /** Feature maps measured by this run. */
  readonly maps: number;
  readonly seconds: number;
}

interface StoredNote extends SweepProgress {
  readonly host: string;
  readonly process: number;
  /** ISO 8601. */
  readonly noted: string;
}

const count = z.int().min(0);
const noteSchema: z.ZodType<StoredNote> = z.object({
  cells: z.object({ total: count, done: count, cached: count, failed: count }),
  checkpoints: z.object({ total: count, done: count }),
  maps: count,
  seconds: z.number().min(0),
  host: z.string(),
  process: count,
  noted: z.iso.datetime(),
});

/** A note older than that was left by a run that was killed. */
const STALE_MS = 30_000;

/** Notes in the store how far a run of this process is, for others that look. */
export async function noteProgress(
  store: ObjectStore,
  sweep: string,
  progress: SweepProgress,
): Promise<void> {
  const note: StoredNote = {
    ...progress,
    host: hostname(),
    process: process.pid,
    noted: new Date().toISOString(),
  };
  await store.put(new SweepObjects(sweep).progress, Buffer.from(JSON.stringify(note)));
}

/** How far the run of a sweep is that goes on somewhere on this store; null where none does. */
export async function readProgress(store: ObjectStore, sweep: string): Promise<SweepProgress | null> {
  const { progress: key } = new SweepObjects(sweep);
  if ((await store.head(key)) === undefined) return null;
  try {
    const note = parseStored(noteSchema, Buffer.from(await store.get(key)).toString('utf8'), key);
    // One of the future is of no clock that could be trusted.
    return Math.abs(Date.now() - Date.parse(note.noted)) < STALE_MS ? note : null;
  } catch {
    return null; // it went away, was being replaced, or is no note
  }
}

export async function clearProgress(store: ObjectStore, sweep: string): Promise<void> {
  const { progress, stop } = new SweepObjects(sweep);
  await store.delete(progress);
  await store.delete(stop);
}

/** Asks the run of a sweep, or all of its parts, in whatever processes, to stop; what is done is kept. */
export async function requestStop(store: ObjectStore, sweep: string): Promise<void> {
  await store.put(new SweepObjects(sweep).stop, Buffer.from('{}'));
}

/** When a sweep was last asked to stop, by the store's clock; null where it never was, or its run has taken the request. */
export async function stopRequestedAt(store: ObjectStore, sweep: string): Promise<number | null> {
  const { stop } = new SweepObjects(sweep);
  for await (const { key, modified } of store.list(stop)) if (key === stop) return modified;
  return null;
}

/** Whether the run was asked to stop; the request is over with that. */
export async function takeStopRequest(store: ObjectStore, sweep: string): Promise<boolean> {
  const { stop } = new SweepObjects(sweep);
  if ((await store.head(stop)) === undefined) return false;
  await store.delete(stop);
  return true;
}
