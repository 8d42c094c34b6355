import type { Outline } from '@unitscope/dashboard';
import type { Settings } from './settings.js';

type Sides = Pick<Settings, 'a' | 'b'>;
type Compared = Pick<Outline, 'checkpoints' | 'conditions' | 'problem'>;

/**
 * What is compared: what the address names, and for a side that it does not name what the other can be compared with. That is the last
 * checkpoint of its training (or the first), or the same conditions in another setting; '': nothing says which.
 */
export function comparedSides(outline: Compared, { a, b }: Sides): Sides {
  // Where nothing places the checkpoints none is the first or the last one.
  const labels = outline.problem === null ? outline.checkpoints.map(({ label }) => label) : [];
  const [first, last] = [labels[0] ?? '', labels.at(-1) ?? ''];
  if (a === '' && b === '') return { a: first, b: last };
  if (a !== '' && b !== '') return { a, b };
  const given = a === '' ? b : a;
  const ends = a === '' ? [first, last] : [last, first];
  const settings = a === '' ? outline.conditions : outline.conditions.toReversed();
  const other = labels.includes(given)
    ? (ends.find((label) => label !== given) ?? '')
    : otherSetting(given, settings);
  return a === '' ? { a: other, b } : { a, b: other };
}

/** Conditions with another setting in the place of theirs; '' where they have none. */
function otherSetting(given: string, settings: readonly string[]): string {
  const partsOf = (text: string): string[] => text.split(',').map((part) => part.trim());
  const parts = partsOf(given);
  const own = settings.find((setting) => partsOf(setting).every((part) => parts.includes(part)));
  const other = settings.find((setting) => setting !== own);
  if (own === undefined || other === undefined) return '';
  return [...partsOf(other), ...parts.filter((part) => !partsOf(own).includes(part))].join(',');
}
