import { readNotes } from '@unitscope/tasks';
import type { ObjectStore } from '@unitscope/store';
import { NOTHING_WRITTEN, type SweepCard } from './sweep-card.js';

type Written = Pick<SweepCard, 'tags' | 'notes' | 'notesVersion'>;

/** Of a store of hundreds of sweeps the notes of each are read so seldom. */
const KEPT_MS = 3000;

/** What people wrote of the sweeps of a board. */
export class NotesShelf {
  readonly #held = new Map<string, { readonly at: number; readonly written: Written }>();

  /** A sweep's card with its tags and notes. Damaged ones hide no sweep: its own page says what is wrong. */
  async on(store: ObjectStore, card: SweepCard): Promise<SweepCard> {
    const held = this.#held.get(card.name);
    if (held !== undefined && performance.now() - held.at < KEPT_MS) return { ...card, ...held.written };
    const written = await readNotes(store, card.name).then(
      ({ tags, notes, version }): Written => ({ tags, notes, notesVersion: version }),
      (): Written => NOTHING_WRITTEN,
    );
    this.#held.set(card.name, { at: performance.now(), written });
    return { ...card, ...written };
  }

  /** They were changed here: they are read the next time. */
  forget(sweep: string): void {
    this.#held.delete(sweep);
  }
}
