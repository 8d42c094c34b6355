import { relative } from 'node:path';
import { nearest } from '@unitscope/base';
import { type MetaValue } from '@unitscope/plan';
import { TrainingLogError } from '../../errors.js';
import { leadingGroups, pathGroups, type PathGroups } from '../path-groups.js';
import { arrowLog, isArrowFile } from './arrow-log.js';
import { csvLog } from './csv-log.js';
import { findLogs } from './find-logs.js';
import { jsonLog } from './json-log.js';
import type { LogRow, LogRows } from './log-rows.js';
import { logBytes, logText } from './log-text.js';

/** A spec's `log`. */
export interface LogSpec {
  readonly path: string;
  readonly on: string | readonly string[];
  readonly pattern?: string | undefined;
}

/** What each checkpoint is called and what its metadata are before the log is read. */
interface Labelled {
  readonly label: string;
  readonly meta: LogRow;
}

interface Log extends LogRows {
  /** As messages name it. */
  readonly name: string;
  /** What its path says of all its rows. */
  readonly groups: PathGroups;
  /** By the values of `on`: the last value of each column that is not empty. */
  readonly byKey: ReadonlyMap<string, LogRow>;
}

/**
 * Adds the columns of training logs to the checkpoints' metadata. Rows of one key are one row: of each column the last
 * value that is not empty. A row belongs to the checkpoint with the same values of `on` ("checkpoint" is the label) and,
 * where there is a log a run, with the groups that the log's path has; the spec's own metadata win. `patterns` are those of
 * the checkpoints. Throws TrainingLogError for an unreadable log, a missing column, or where no row fits a checkpoint.
 */
export async function withTrainingLog<T extends Labelled>(
  checkpoints: readonly T[],
  spec: LogSpec,
  folder: string,
  patterns: readonly string[] = [],
): Promise<{ checkpoints: T[]; notices: string[] }> {
  const on = [spec.on].flat();
  refuseUnknownKeys(checkpoints, on);
  const paths = await findLogs(spec.path, folder);
  const logs: Log[] = [];
  const notices: string[] = [];
  for (const path of paths) {
    const name = paths.length === 1 ? path : relative(folder, path);
    const groups = groupsOf(path, spec.pattern, paths.length > 1 ? patterns : []);
    if (groups === null) notices.push(`log: ${name}: log.pattern does not match it; it is left out`);
    else logs.push(await readLog(path, name, on, groups));
  }
  const fits = checkpoints.map((checkpoint) => rowOf(checkpoint, logs, on));
  if (!fits.some(({ row }) => row !== undefined)) refuseAll(checkpoints, logs, on, spec);
  const used = new Set(fits.map(({ log }) => log));
  for (const log of logs) {
    notices.push(...log.notices.map((notice) => `log: ${log.name}: ${notice}`));
    if (!used.has(log)) notices.push(`log: ${log.name}: no checkpoint belongs to it`);
  }
  const columns = [...new Set(logs.flatMap((log) => log.columns))].filter(
    (column) => column !== 'checkpoint',
  );
  const extended = checkpoints.map((checkpoint, index) => {
    const row = fits[index]?.row ?? {};
    const logged = columns.map((column) => [column, row[column] ?? null] as const);
    return { ...checkpoint, meta: { ...Object.fromEntries(logged), ...checkpoint.meta } };
  });
  const without = checkpoints.filter((_, index) => fits[index]?.row === undefined);
  if (without.length > 0) notices.push(`log: no row for ${share(without, checkpoints)}`);
  const withRow = extended.filter((_, index) => fits[index]?.row !== undefined);
  for (const column of columns) {
    const empty = withRow.filter(({ meta }) => (meta[column] ?? null) === null);
    if (empty.length > 0)
      notices.push(`log: column "${column}" has no value for ${share(empty, checkpoints)}`);
  }
  return { checkpoints: extended, notices };
}

async function readLog(path: string, name: string, on: readonly string[], groups: PathGroups): Promise<Log> {
  const read = await logRows(path);
  for (const key of on) {
    if (read.columns.includes(key) || key in groups) continue;
    const near = nearest(key, read.columns);
    throw new TrainingLogError(
      `${path}: expected the column "${key}", found ${read.columns.join(', ') || 'none'}${near === null ? '' : ` (log.on: did you mean "${near}"?)`}`,
    );
  }
  const byKey = new Map<string, Record<string, MetaValue>>();
  for (const row of read.rows) {
    const key = keyOf(on.map((column) => row[column] ?? groups[column]));
    if (key === null) continue;
    const merged = byKey.get(key) ?? {};
    byKey.set(key, merged);
    for (const [column, value] of Object.entries(row)) if (value !== null) merged[column] = value;
  }
  return { ...read, name, groups, byKey };
}

async function logRows(path: string): Promise<LogRows> {
  const bytes = await logBytes(path);
  try {
    if (isArrowFile(bytes)) return arrowLog(path, bytes);
    const text = logText(path, bytes);
    return jsonLog(text) ?? csvLog(text);
  } catch (cause) {
    if (cause instanceof TrainingLogError) throw cause;
    throw new TrainingLogError(
      `${path}: expected CSV with a header line, a JSON array of objects, JSON lines, a trainer_state.json or an Arrow file: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** What a log's path says; null where the log's own pattern does not match. */
function groupsOf(path: string, own: string | undefined, patterns: readonly string[]): PathGroups | null {
  if (own !== undefined) return pathGroups([path], own, 'log')[0] ?? null;
  for (const pattern of patterns) {
    const groups = leadingGroups(path, pattern);
    if (groups !== null) return groups;
  }
  return {};
}

function rowOf(
  { label, meta }: Labelled,
  logs: readonly Log[],
  on: readonly string[],
): { log?: Log; row?: LogRow } {
  const valueOf = (column: string) => (column === 'checkpoint' ? label : meta[column]);
  const key = keyOf(on.map(valueOf));
  if (key === null) return {};
  const found = logs.filter(
    ({ groups, byKey }) =>
      byKey.has(key) &&
      Object.entries(groups).every(([name, value]) => String(valueOf(name)) === String(value)),
  );
  const [log, second] = found;
  if (log === undefined) return {};
  if (second !== undefined) {
    throw new TrainingLogError(
      `log: ${on.join(', ')} ${on.map(valueOf).join(', ')} of checkpoint "${label}" stands in ${log.name} and in ${second.name}, and nothing says which is its own; ` +
        'give log.pattern, a regular expression on the path of a log whose named groups the checkpoints have too, e.g. "(?<run>[^/]+)/metrics.csv"',
    );
  }
  const row = log.byKey.get(key);
  return row === undefined ? {} : { log, row };
}

/** Null where a value is not there. 10 and "10" are one. */
function keyOf(values: readonly (MetaValue | undefined)[]): string | null {
  return values.some((value) => value === null || value === undefined) ? null : values.map(String).join('\n');
}

function refuseUnknownKeys(checkpoints: readonly Labelled[], on: readonly string[]): void {
  for (const key of on) {
    if (key === 'checkpoint' || checkpoints.some(({ meta }) => key in meta)) continue;
    const known = [...new Set(checkpoints.flatMap(({ meta }) => Object.keys(meta)))];
    throw new TrainingLogError(
      `log.on: no checkpoint has the metadata "${key}", found ${known.join(', ') || 'none'}; give the checkpoints a pattern such as "${key}-(?<${key}>\\d+)", or meta`,
    );
  }
}

function refuseAll(
  checkpoints: readonly Labelled[],
  logs: readonly Log[],
  on: readonly string[],
  { path }: LogSpec,
): never {
  const keyText = ({ label, meta }: Labelled): string =>
    on.map((column) => String(column === 'checkpoint' ? label : meta[column])).join(' and ');
  const wanted = checkpoints.slice(0, 3).map(keyText).join(', ');
  const keys = logs.flatMap(({ byKey }) => [...byKey.keys()].slice(0, 3)).slice(0, 3);
  const found = keys.map((key) => key.replaceAll('\n', ' and ')).join(', ');
  throw new TrainingLogError(
    `${logs.length === 1 ? (logs[0]?.name ?? path) : path}: no row fits a checkpoint: "${on.join('", "')}" of the checkpoints is ${wanted} …, in the log ${found} …`,
  );
}

/** "2 of 3 checkpoints (epoch=1, epoch=2)" */
function share(some: readonly Labelled[], all: readonly Labelled[]): string {
  const labels = some.slice(0, 3).map(({ label }) => label);
  const more = some.length > labels.length ? ', …' : '';
  return `${some.length} of ${all.length} checkpoints (${labels.join(', ')}${more})`;
}
