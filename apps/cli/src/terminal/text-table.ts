import { shownText } from '@unitscope/base';
import { terminalWidth } from './terminal-width.js';
import { columnsOf, wrapText } from './text-columns.js';

/** A column of text is made this narrow, and no narrower, where a table does not fit. */
const NARROW_TEXT = 24;
const GAP = '  ';

type Cell = string | number;

export interface TableOptions {
  /** Columns of the terminal; default: those of stdout. */
  readonly width?: number;
  /** The first so many columns say what a row is of: each part of a table that is too wide has them. Default 1. */
  readonly keys?: number;
}

/**
 * Rows as aligned columns: numbers to the right, text to the left, two spaces between. No line is wider than `width` and
 * nothing is left out: long texts go on in the next line, and columns that have no room follow in a part below.
 */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
  { width = terminalWidth(), keys = 1 }: TableOptions = {},
): string {
  const header = titles.map(shownText);
  const text = rows.map((row) => header.map((_, i) => shownText(String(row[i] ?? ''))));
  const natural = header.map((title, i) =>
    text.reduce((widest, row) => Math.max(widest, columnsOf(row[i] ?? '')), columnsOf(title)),
  );
  const right = header.map(
    (_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number' || row[i] === ''),
  );
  const widths = narrowed(natural, right, width);
  return partsOf(widths, keys, width)
    .map((columns) => {
      const chosen = narrowed(
        columns.map((i) => natural[i] ?? 0),
        columns.map((i) => right[i] ?? false),
        width,
        8,
      );
      return [header, ...text]
        .map((row) =>
          rowText(
            columns.map((i) => row[i] ?? ''),
            chosen,
            columns.map((i) => right[i] ?? false),
          ),
        )
        .join('');
    })
    .join('\n');
}

/** The widths of columns, those of text made narrower, the widest first, as far as that is needed and no further. */
function narrowed(
  natural: readonly number[],
  right: readonly boolean[],
  width: number,
  least = NARROW_TEXT,
): number[] {
  const widths = [...natural];
  for (let over = totalOf(widths) - width; over > 0; over--) {
    const widest = widths.reduce(
      (best, columns, i) =>
        right[i] !== true && columns > least && columns > (widths[best] ?? 0) ? i : best,
      -1,
    );
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, columns) => sum + columns, GAP.length * Math.max(0, widths.length - 1));
}

/** Which columns stand side by side: all, or each part as many as fit beside the keys. */
function partsOf(widths: readonly number[], keys: number, width: number): number[][] {
  const all = [...widths.keys()];
  if (totalOf(widths) <= width) return [all];
  const key = all.slice(0, keys);
  const parts: number[][] = [];
  for (const column of all.slice(keys)) {
    const last = parts.at(-1);
    if (last !== undefined && totalOf([...last, column].map((i) => widths[i] ?? 0)) <= width)
      last.push(column);
    else parts.push([...key, column]);
  }
  return parts.length === 0 ? [all] : parts;
}

function rowText(cells: readonly string[], widths: readonly number[], right: readonly boolean[]): string {
  const wrapped = cells.map((cell, i) => wrapText(cell, Math.max(1, widths[i] ?? 0)));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => {
    const line = wrapped.map((lines, i) => {
      const part = lines[at] ?? '';
      const padding = ' '.repeat(Math.max(0, (widths[i] ?? 0) - columnsOf(part)));
      return right[i] === true ? padding + part : part + padding;
    });
    return `${line.join(GAP).trimEnd()}\n`;
  }).join('');
}

/** A number of bytes as people read it: 1.2 GB. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? value.toFixed(0) : value.toPrecision(2)} ${units[unit] ?? ''}`;
}

/** Seconds as people read them: 45 s, 3 min 20 s, 2 h 05 min. */
export function humanSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
