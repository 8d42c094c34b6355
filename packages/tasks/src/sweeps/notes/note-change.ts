import { randomUUID } from 'node:crypto';
import { parseStored, StoredRecordError } from '@unitscope/plan';
import * as z from 'zod';
import { NoteRefusedError, NotesConflictError } from '../../errors.js';
import { notesSchema, type Notes } from './notes-schema.js';

const label = z.string().nullable();

/** One change of the notes of a sweep. */
export const noteChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('add-tag'), tag: z.string() }),
  z.object({ kind: z.literal('remove-tag'), tag: z.string() }),
  /** `before`: what the writer saw. */
  z.object({ kind: z.literal('write-notes'), notes: z.string(), before: z.string() }),
  z.object({ kind: z.literal('save-view'), name: z.string(), address: z.string() }),
  z.object({ kind: z.literal('delete-view'), name: z.string() }),
  z.object({
    kind: z.literal('annotate'),
    checkpoint: label,
    layer: label,
    unit: z.number().nullable(),
    text: z.string(),
  }),
  z.object({ kind: z.literal('delete-annotation'), id: z.string() }),
]);
export type NoteChange = z.infer<typeof noteChangeSchema>;

/** The notes after a change. Throws NotesConflictError, NoteRefusedError. */
export function changed(notes: Notes, change: NoteChange, sweep: string): Notes {
  const after = applied(notes, change, sweep);
  try {
    return parseStored(notesSchema, JSON.stringify(after), `notes of sweep ${sweep}`);
  } catch (error) {
    if (!(error instanceof StoredRecordError)) throw error;
    throw new NoteRefusedError(error.message, { cause: error });
  }
}

function applied(notes: Notes, change: NoteChange, sweep: string): Notes {
  const now = new Date().toISOString();
  switch (change.kind) {
    case 'add-tag': {
      const tag = change.tag.trim();
      return { ...notes, tags: [...notes.tags.filter((own) => own !== tag), tag] };
    }
    case 'remove-tag':
      return { ...notes, tags: notes.tags.filter((tag) => tag !== change.tag) };
    case 'write-notes':
      if (change.before !== notes.notes && change.notes !== notes.notes)
        throw new NotesConflictError(
          `sweep ${sweep}: somebody changed its notes meanwhile. They are now: ${notes.notes === '' ? '(empty)' : notes.notes}`,
        );
      return { ...notes, notes: change.notes };
    case 'save-view': {
      const name = change.name.trim();
      if (notes.views.some((view) => view.name === name))
        throw new NotesConflictError(
          `sweep ${sweep}: there is a view ${JSON.stringify(name)} already; choose another name, or delete it`,
        );
      return { ...notes, views: [...notes.views, { name, address: change.address, saved: now }] };
    }
    case 'delete-view':
      return { ...notes, views: notes.views.filter(({ name }) => name !== change.name) };
    case 'annotate': {
      const { checkpoint, layer, unit } = change;
      if (checkpoint === null && unit === null)
        throw new NoteRefusedError('an annotation is of a checkpoint or of a unit: found neither');
      if ((layer === null) !== (unit === null))
        throw new NoteRefusedError(
          'an annotation of a unit names its layer and its number: found one of them',
        );
      const one = { id: randomUUID(), checkpoint, layer, unit, text: change.text.trim(), written: now };
      return { ...notes, annotations: [...notes.annotations, one] };
    }
    case 'delete-annotation':
      return { ...notes, annotations: notes.annotations.filter(({ id }) => id !== change.id) };
  }
}
