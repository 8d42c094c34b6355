import type { MetaValue } from '@unitscope/plan';

export type LogRow = Readonly<Record<string, MetaValue>>;

/** What a log says, in the order of its rows, and what is to be said of it. */
export interface LogRows {
  readonly columns: readonly string[];
  readonly rows: readonly LogRow[];
  readonly notices: readonly string[];
}

export function columnsOf(rows: readonly LogRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}
