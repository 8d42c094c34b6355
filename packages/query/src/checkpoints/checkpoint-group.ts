import { firstNames, naturalOrder } from '@unitscope/base';
import { UnknownNameError } from '../errors.js';
import { type SweepResults } from '../results/sweep-results.js';
import { suggestion, type ResultCheckpoint } from '../results/result-tables.js';

export interface CheckpointGroup {
  /** As it was asked for. */
  readonly name: string;
  readonly checkpoints: readonly ResultCheckpoint[];
}

const CONDITION = /^\s*([^<>=!]+?)\s*(<=|>=|!=|=|<|>)\s*(.+?)\s*$/;

/**
 * One checkpoint by its label, or all that meet conditions on their metadata: `epoch>=10`, `lr=0.1,seed!=3`. Throws
 * UnknownNameError for a label or column that is not there, and where nothing meets the conditions.
 */
export function checkpointGroup(results: SweepResults, text: string): CheckpointGroup {
  const isLabel = results.checkpoints.some(({ label }) => label === text);
  if (isLabel || !CONDITION.test(text)) return { name: text, checkpoints: [results.checkpoint(text)] };
  const tests = text.split(',').map((part) => condition(results, part));
  const checkpoints = results.checkpoints.filter((checkpoint) => tests.every((test) => test(checkpoint)));
  if (checkpoints.length === 0) {
    throw new UnknownNameError(
      `sweep ${results.name}: no checkpoint with ${text}${thereWords(results, text)}`,
    );
  }
  return { name: text, checkpoints };
}

/** So many values of a column are named. */
const MOST_VALUES = 8;

/** Which values the columns of conditions have. */
function thereWords(results: SweepResults, text: string): string {
  const columns = new Set(
    text.split(',').map((part) => metadataColumn(results, CONDITION.exec(part)?.[1] ?? '')),
  );
  const each = [...columns].map((column) => {
    const values = new Set(results.checkpoints.flatMap(({ meta }) => meta[column] ?? []).map(String));
    return `${column} is ${firstNames([...values].sort(naturalOrder), MOST_VALUES)}`;
  });
  return `; ${each.join('; ')}`;
}

/** The names of the metadata columns, without `meta_`. */
export function metadataColumns(results: SweepResults): string[] {
  return [...new Set(results.checkpoints.flatMap(({ meta }) => Object.keys(meta)))].sort();
}

/** A metadata column by its name, with or without `meta_`. Throws UnknownNameError. */
export function metadataColumn(results: SweepResults, name: string): string {
  const columns = metadataColumns(results);
  const found = columns.find((column) => column === name || `meta_${column}` === name);
  if (found !== undefined) return found;
  throw new UnknownNameError(
    `sweep ${results.name}: no metadata column ${JSON.stringify(name)}${suggestion(name, columns)}`,
  );
}

function condition(results: SweepResults, text: string): (checkpoint: ResultCheckpoint) => boolean {
  const [, name = '', operator = '', value = ''] = CONDITION.exec(text) ?? [];
  if (operator === '') {
    throw new UnknownNameError(`${JSON.stringify(text)}: expected a condition such as epoch>=10`);
  }
  const column = metadataColumn(results, name);
  const found = results.checkpoints.map(({ meta }) => meta[column] ?? null).filter((cell) => cell !== null);
  if (Number.isNaN(Number(value)) && found.every((cell) => typeof cell === 'number')) {
    throw new UnknownNameError(
      `${JSON.stringify(text)}: expected a number, as ${column} holds, found ${JSON.stringify(value)}`,
    );
  }
  return ({ meta }) => {
    const found = meta[column] ?? null;
    if (found === null) return false;
    const order = compare(found, value);
    if (operator === '=') return order === 0;
    if (operator === '!=') return order !== 0;
    if (Number.isNaN(order)) return false;
    return operator.startsWith('<')
      ? order < (operator === '<=' ? 0.5 : 0)
      : order > (operator === '>=' ? -0.5 : 0);
  };
}

function compare(found: string | number | boolean, value: string): number {
  if (typeof found === 'number') return Math.sign(found - Number(value));
  const text = String(found);
  return text === value ? 0 : text < value ? -1 : 1;
}
