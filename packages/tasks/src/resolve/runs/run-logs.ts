import { stat } from 'node:fs/promises';
import type { MetaValue } from '@unitscope/plan';
import { csvLog } from '../logs/csv-log.js';
import { jsonLog } from '../logs/json-log.js';
import type { LogRow } from '../logs/log-rows.js';
import { logBytes, logText } from '../logs/log-text.js';

/** The logs of runs, each read once for all of the run's checkpoints. */
export class RunLogs {
  readonly #known = new Map<string, Promise<readonly LogRow[]>>();

  /** The rows of a log; none where there is no such file. Throws Error where it cannot be read. */
  rows(path: string): Promise<readonly LogRow[]> {
    let rows = this.#known.get(path);
    if (rows === undefined) {
      rows = readRows(path);
      this.#known.set(path, rows);
    }
    return rows;
  }
}

async function readRows(path: string): Promise<readonly LogRow[]> {
  if ((await stat(path).catch(() => null)) === null) return [];
  const text = logText(path, await logBytes(path));
  return (jsonLog(text) ?? csvLog(text)).rows;
}

/** Of each column the last value that is not empty, in the rows that fit; empty where none does. */
export function merged(rows: readonly LogRow[], fits: (row: LogRow) => boolean): LogRow {
  const row: Record<string, MetaValue> = {};
  for (const one of rows.filter(fits))
    for (const [column, value] of Object.entries(one)) if (value !== null) row[column] = value;
  return row;
}
