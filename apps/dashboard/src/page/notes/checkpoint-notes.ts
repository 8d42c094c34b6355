import { useMemo } from 'preact/hooks';
import { useNotes } from './use-notes.js';

/** Of an annotation in a list. */
const MOST_LETTERS = 40;

/** What people wrote of the checkpoints of a sweep, by label: the first annotation of each, cut short, and how many more. */
export function useCheckpointNotes(sweep: string): ReadonlyMap<string, string> {
  const { data } = useNotes(sweep);
  return useMemo(() => {
    const own = (data?.annotations ?? []).filter(({ unit }) => unit === null);
    return new Map(
      [...Map.groupBy(own, ({ checkpoint }) => checkpoint ?? '')].map(([checkpoint, written]) => [
        checkpoint,
        shortened(written.map(({ text }) => text)),
      ]),
    );
  }, [data]);
}

/** A checkpoint in a list: its label, or what it is called there, and what was written of it. */
export function notedName(label: string, notes: ReadonlyMap<string, string>, name = label): string {
  const note = notes.get(label);
  return note === undefined ? name : `${name} ✎ ${note}`;
}

function shortened([first = '', ...more]: readonly string[]): string {
  const letters = Array.from(first.replace(/\s+/g, ' '));
  const text =
    letters.length <= MOST_LETTERS ? letters.join('') : `${letters.slice(0, MOST_LETTERS - 1).join('')}…`;
  return more.length === 0 ? text : `${text} (+${more.length})`;
}
