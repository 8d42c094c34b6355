import { hostname } from 'node:os';
import { parseStored } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import * as z from 'zod';
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
  /** Of a part of a sweep: that it is done. */
  readonly over?: boolean | undefined;
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
  over: z.boolean().optional(),
});

/** A note older than that was left by a run that was killed. */
const STALE_MS = 30_000;

/** One of `count` parts of a sweep, `index` from 1; `over`: that it is done. */
export interface NotedPart {
  readonly index: number;
  readonly count: number;
  readonly over: boolean;
}

/** Notes in the store how far a run of this process is, or a part of one, for others that look. */
export async function noteProgress(
  store: ObjectStore,
  sweep: string,
  progress: SweepProgress,
  part?: NotedPart,
): Promise<void> {
  const note: StoredNote = {
    ...progress,
    host: hostname(),
    process: process.pid,
    noted: new Date().toISOString(),
    ...(part && { over: part.over }),
  };
  const objects = new SweepObjects(sweep);
  const key = part === undefined ? objects.progress : objects.partProgress(part);
  await store.put(key, Buffer.from(JSON.stringify(note)));
}

/** How far the run of a sweep is that goes on somewhere on this store, all its parts together; null where none does. */
export async function readProgress(store: ObjectStore, sweep: string): Promise<SweepProgress | null> {
  const objects = new SweepObjects(sweep);
  const whole = await readNote(store, objects.progress);
  if (whole !== null) return isFresh(whole) ? whole : null;
  const notes = new Map<string, StoredNote>();
  for await (const { key } of store.list(objects.parts)) {
    const note = await readNote(store, key);
    if (note !== null && (note.over === true || isFresh(note))) notes.set(key, note);
  }
  const [latest] = [...notes]
    .filter(([, { over }]) => over !== true)
    .sort(([, a], [, b]) => (a.noted < b.noted ? 1 : -1));
  if (latest === undefined) return null;
  // What was done in another number of parts before is none of these.
  const ofCount = /-of-\d+\.json$/.exec(latest[0])?.[0] ?? '';
  return sumOf([...notes].flatMap(([key, note]) => (key.endsWith(ofCount) ? [note] : [])));
}

async function readNote(store: ObjectStore, key: string): Promise<StoredNote | null> {
  if ((await store.head(key)) === undefined) return null;
  try {
    return parseStored(noteSchema, Buffer.from(await store.get(key)).toString('utf8'), key);
  } catch {
    return null; // it went away, was being replaced, or is no note
  }
}

/** One of the future is of no clock that could be trusted. */
function isFresh({ noted }: StoredNote): boolean {
  return Math.abs(Date.now() - Date.parse(noted)) < STALE_MS;
}

/** Of the parts that have begun; their checkpoints are the whole sweep's. */
function sumOf(notes: readonly StoredNote[]): SweepProgress {
  const sum = (of: (note: StoredNote) => number): number => notes.reduce((all, note) => all + of(note), 0);
  return {
    cells: {
      total: sum(({ cells }) => cells.total),
      done: sum(({ cells }) => cells.done),
      cached: sum(({ cells }) => cells.cached),
      failed: sum(({ cells }) => cells.failed),
    },
    checkpoints: {
      total: Math.max(...notes.map(({ checkpoints }) => checkpoints.total)),
      done: sum(({ checkpoints }) => checkpoints.done),
    },
    maps: sum(({ maps }) => maps),
    seconds: Math.max(...notes.map(({ seconds }) => seconds)),
  };
}

export async function clearProgress(store: ObjectStore, sweep: string): Promise<void> {
  const { progress, parts, stop } = new SweepObjects(sweep);
  await store.delete(progress);
  await store.delete(stop);
  for await (const { key } of store.list(parts)) await store.delete(key);
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
