import { parseStored, SWEEP_NAME } from '@unitscope/plan';
import { ObjectNotFoundError, type ObjectStore } from '@unitscope/store';
import { NoSuchSweepError } from '../../errors.js';
import { SweepObjects } from '../sweep-objects.js';
import { changed, type NoteChange } from './note-change.js';
import { NO_NOTES, notesSchema, type Notes } from './notes-schema.js';

/** Notes, and which writing of them it is; 0: nobody wrote any. */
export interface VersionedNotes extends Omit<Notes, 'format'> {
  readonly version: number;
}

const KEY = /\/(\d{12})\.json$/;
/** Who comes second this often in a row is in no race of people. */
const TRIES = 20;

/** What people wrote of a sweep; empty where nobody did. Throws StoredRecordError where it is damaged. */
export async function readNotes(store: ObjectStore, sweep: string): Promise<VersionedNotes> {
  for (let look = 1; ; look++) {
    const versions = await versionsOf(store, sweep);
    const version = versions.at(-1) ?? 0;
    try {
      const { tags, notes, views, annotations } = await readVersion(store, sweep, version);
      return { version, tags, notes, views, annotations };
    } catch (error) {
      // Written anew between the look and the reading, and this one cleared away.
      if (!(error instanceof ObjectNotFoundError) || look === TRIES) throw error;
    }
  }
}

/**
 * Changes one thing of them. Each writing is an object of its own, and of many that write at once one wins: the others apply their
 * change to what it wrote, so that nobody's is lost. Throws NoSuchSweepError, NotesConflictError where the same text was changed
 * meanwhile, NoteRefusedError for what is no note.
 */
export async function changeNotes(
  store: ObjectStore,
  sweep: string,
  change: NoteChange,
): Promise<VersionedNotes> {
  const objects = new SweepObjects(sweep);
  if (!SWEEP_NAME.test(sweep) || (await store.head(objects.manifest)) === undefined)
    throw new NoSuchSweepError(`no sweep ${JSON.stringify(sweep)} in ${store.uri}`);
  for (let attempt = 1; ; attempt++) {
    const { version, ...before } = await readNotes(store, sweep);
    const after = changed({ format: NO_NOTES.format, ...before }, change, sweep);
    const bytes = Buffer.from(`${JSON.stringify(after, null, 1)}\n`);
    if ((await store.create(objects.notesVersion(version + 1), bytes)) === undefined) {
      if (attempt === TRIES) throw new Error(`sweep ${sweep}: its notes are written again and again`);
      continue;
    }
    // The one before stays, for who has just looked.
    for (const old of await versionsOf(store, sweep)) {
      if (old < version) await store.delete(objects.notesVersion(old));
    }
    const { tags, notes, views, annotations } = after;
    return { version: version + 1, tags, notes, views, annotations };
  }
}

async function versionsOf(store: ObjectStore, sweep: string): Promise<number[]> {
  const versions: number[] = [];
  for await (const { key } of store.list(new SweepObjects(sweep).notes)) {
    const number = KEY.exec(key)?.[1];
    if (number !== undefined) versions.push(Number(number));
  }
  return versions;
}

async function readVersion(store: ObjectStore, sweep: string, version: number): Promise<Notes> {
  if (version === 0) return NO_NOTES;
  const key = new SweepObjects(sweep).notesVersion(version);
  return parseStored(notesSchema, Buffer.from(await store.get(key)).toString('utf8'), key);
}
