import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { MetaValue } from '@unitscope/plan';
import { TrainingLogError } from './errors.js';

type Row = Readonly<Record<string, MetaValue>>;

/** What each checkpoint is called and what its metadata are before the log is read. */
interface Labelled {
  readonly label: string;
  readonly meta: Row;
}

/**
 * Adds the columns of a training log (CSV with a header, or a JSON array of objects) to the checkpoints' metadata.
 * A row belongs to the checkpoint with the same value of `on` ("checkpoint" is the label); the spec's own metadata win.
 * Throws TrainingLogError for an unreadable log, a missing column, or a log in which no checkpoint occurs.
 */
export async function withTrainingLog<T extends Labelled>(
  checkpoints: readonly T[],
  path: string,
  on: string,
): Promise<T[]> {
  const rows = await readRows(path);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (!columns.includes(on)) {
    throw new TrainingLogError(`${path}: expected the column "${on}", found ${columns.join(', ') || 'none'}`);
  }
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const key = row[on];
    if (key !== null && key !== undefined) byKey.set(String(key), row); // of several rows the last counts
  }
  const keyOf = (checkpoint: T): string =>
    String(on === 'checkpoint' ? checkpoint.label : checkpoint.meta[on]);
  if (!checkpoints.some((checkpoint) => byKey.has(keyOf(checkpoint)))) {
    const wanted = checkpoints.slice(0, 3).map(keyOf).join(', ');
    const found = [...byKey.keys()].slice(0, 3).join(', ');
    throw new TrainingLogError(
      `${path}: no row fits a checkpoint: "${on}" of the checkpoints is ${wanted} …, in the log ${found} …`,
    );
  }
  return checkpoints.map((checkpoint) => {
    const row = byKey.get(keyOf(checkpoint)) ?? {};
    const logged = columns
      .filter((column) => column !== 'checkpoint')
      .map((column) => [column, row[column] ?? null]);
    return { ...checkpoint, meta: { ...(Object.fromEntries(logged) as Row), ...checkpoint.meta } };
  });
}

async function readRows(path: string): Promise<Row[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new TrainingLogError(`${path}: the training log cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  try {
    if (!/^\s*\[/.test(text)) return parseCsv(text);
    const value = JSON.parse(text) as Row[];
    if (!value.every((row) => typeof row === 'object' && !Array.isArray(row)))
      throw new Error('expected an array of objects');
    return value;
  } catch (cause) {
    throw new TrainingLogError(
      `${path}: expected CSV with a header line or a JSON array of objects: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function parseCsv(text: string): Row[] {
  const options = { columns: true, bom: true, skip_empty_lines: true, trim: true } as const;
  const records = parse<Record<string, string>>(text, options);
  return records.map((record) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, parseField(value)])),
  );
}

function parseField(value: string): MetaValue {
  if (value === '') return null;
  if (value === 'true' || value === 'false') return value === 'true';
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}
