import { wrap } from '../marks/wrap.js';
import { inked, type InkedCell, type TextLook } from './text-look.js';
import { OVERLAP } from './text-panel.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The letter and the ink of the series of that number. */
export function letterOf(index: number): InkedCell {
  return { sign: LETTERS[index % LETTERS.length] ?? 'o', ink: index };
}

/** Wrapped by what is seen, and inked after: an entry is in the colour of its line. */
export function legendLines(
  names: readonly string[],
  letter: (name: string) => InkedCell,
  width: number,
  look: TextLook = {},
): string[] {
  const entries = names.map((name) => `${letter(name).sign} ${name}`);
  const inks = new Map(entries.map((entry, i) => [entry, letter(names[i] ?? '').ink]));
  const all = names.length > 1 ? [...entries, `${OVERLAP} several`] : entries;
  const gap = '   ';
  return wrap(all, gap, ({ length }) => length <= width).map((line) =>
    line
      .split(gap)
      .map((entry) => inked(entry, inks.get(entry) ?? null, look))
      .join(gap),
  );
}
