import { knownColumns } from '@unitscope/plots';
import { textTable, type TableOptions } from '../terminal/text-table.js';

/** What a person still reads; more rows are printed only where all are asked for. */
export const MOST_ROWS = 60;
export const ALL_ROWS = [
  '--all',
  `all rows of every table or list; without it the first ${MOST_ROWS}`,
] as const;

/** A table of the first rows, and a line that says how many there are where they are not all. */
export function firstRows(
  titles: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  {
    all = false,
    known: isKnown = false,
    keys = 1,
    ...options
  }: TableOptions & {
    readonly all?: boolean | undefined;
    /** Without the columns that are empty in every row. */
    readonly known?: boolean;
  } = {},
): string {
  const known = isKnown ? knownCells(titles, rows) : [...titles.keys()];
  const shown = all ? rows : rows.slice(0, MOST_ROWS);
  const table = textTable(
    known.map((i) => titles[i] ?? ''),
    shown.map((row) => known.map((i) => row[i] ?? '')),
    { ...options, keys: known.filter((i) => i < keys).length },
  );
  return shown.length === rows.length
    ? table
    : `${table}${shown.length} of ${rows.length} rows; --all: all\n`;
}

/** How a table of units is printed: what tells which unit a row is of stands in each part of one that is too wide. */
export function unitKeys(
  { header }: { readonly header: readonly string[] },
  all: boolean | undefined,
): { readonly all: boolean | undefined; readonly known: true; readonly keys: number } {
  return { all, known: true, keys: header.indexOf('unit') + 1 };
}

/** Where the columns stand that say something in some row. */
export function knownCells(
  titles: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): number[] {
  return knownColumns([...titles.keys()], rows, (at, row) => row[at]);
}

/** The first lines of a listing, each ended, and a line that says how many there are where they are not all. */
export function firstLines(
  lines: readonly string[],
  { all = false }: { readonly all?: boolean | undefined } = {},
): string {
  const shown = all ? lines : lines.slice(0, MOST_ROWS);
  const rest = shown.length === lines.length ? [] : [`${shown.length} of ${lines.length} lines; --all: all`];
  return [...shown, ...rest].map((text) => `${text}\n`).join('');
}
