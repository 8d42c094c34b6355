import type { MarkRow } from '@unitscope/plots';

/** Elements of charts that are one row, and those that belong to all rows with some values. */
export const ROWS = '[data-row]';
export const PARTS = '[data-of]';
/** The entries of a legend. */
export const ENTRIES = `${PARTS}[role="button"]`;

/** What tells rows of all charts and tables apart; the first one that a row has is what it is foremost. */
const KEYS = ['training', 'setting', 'ranking', 'layer', 'checkpoint', 'category', 'unit'];

const known = new WeakMap<Element, MarkRow>();

/** What an element of a chart or a row of a table shows. */
export function rowOf(element: Element): MarkRow {
  const found = known.get(element);
  if (found !== undefined) return found;
  const text = element.getAttribute('data-row') ?? element.getAttribute('data-of');
  if (text === null) return cellsOf(element);
  const row = JSON.parse(text) as MarkRow;
  known.set(element, row);
  return row;
}

/** Cells of a table change in place: they are read each time. */
function cellsOf(row: Element): MarkRow {
  const cells = [...row.querySelectorAll<HTMLElement>('td[data-column]')];
  return Object.fromEntries(cells.map(({ dataset }) => [dataset['column'] ?? '', dataset['value'] ?? '']));
}

/** What a row is foremost of. */
export function firstKey(row: MarkRow): string | undefined {
  return KEYS.find((key) => has(row, key));
}

/**
 * Whether two rows are of the same: `same` where they agree in all keys that both have, `other` where they differ in `by`;
 * null: neither.
 */
export function relation(a: MarkRow, b: MarkRow, by: string | undefined): 'same' | 'other' | null {
  const shared = KEYS.filter((key) => has(a, key) && has(b, key));
  if (by !== undefined && shared.includes(by) && !isEqual(a, b, by)) return 'other';
  return shared.length > 0 && shared.every((key) => isEqual(a, b, key)) ? 'same' : null;
}

function has(row: MarkRow, key: string): boolean {
  const value = row[key];
  return value !== undefined && value !== null && value !== '';
}

/** Tables have numbers as text. */
function isEqual(a: MarkRow, b: MarkRow, key: string): boolean {
  return String(a[key]) === String(b[key]);
}
