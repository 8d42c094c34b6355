import type { ColumnChart, ColumnChoice } from '@unitscope/plots';

export type SqlRow = Readonly<Record<string, unknown>>;

const MARKS = ['line', 'bar', 'dot'] as const;

export interface Chosen extends ColumnChoice {
  /** Lines join what has an order: numbers, none of which a series has twice. */
  readonly marks: readonly ColumnChart['mark'][];
}

/** What the chart shows: as the address says, else what is likely meant. null: there is no number to draw. */
export function choiceOf(
  names: readonly string[],
  numbers: readonly string[],
  rows: readonly SqlRow[],
  query: URLSearchParams,
): Chosen | null {
  const texts = names.filter((name) => !numbers.includes(name));
  const known = (name: string, among: readonly string[]): string | undefined => {
    const value = query.get(name) ?? '';
    return among.includes(value) ? value : undefined;
  };
  const x = known('x', names) ?? texts[0] ?? names[0];
  const y = known('y', numbers) ?? numbers.find((name) => name !== x);
  if (x === undefined || y === undefined) return null;
  const other = texts.find((name) => name !== x && new Set(rows.map((row) => row[name])).size <= 20);
  const by = query.has('by') ? (known('by', names) ?? '') : (other ?? '');
  const isOrdered = numbers.includes(x) && isOneLine(rows, x, by);
  const marks = isOrdered ? MARKS : MARKS.filter((mark) => mark !== 'line');
  const mark = marks.find((known) => known === query.get('mark')) ?? (isOrdered ? 'line' : 'dot');
  return { marks, mark, x, y, by };
}

/** Whether no series has a value of x twice: a line through several trainings would jump from one to the other. */
function isOneLine(rows: readonly SqlRow[], x: string, by: string): boolean {
  const seen = new Set<string>();
  return rows.every((row) => {
    const place = JSON.stringify([by === '' ? '' : plain(row[by]), plain(row[x])]);
    return plain(row[x]) === null || seen.size < seen.add(place).size;
  });
}

/** A value as a chart or a table takes it. */
export function plain(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'bigint' ? Number(value) : JSON.stringify(value);
}
