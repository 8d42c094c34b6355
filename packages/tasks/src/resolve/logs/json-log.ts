import type { MetaValue } from '@unitscope/plan';
import { loggedNumber } from './log-number.js';
import { columnsOf, type LogRow, type LogRows } from './log-rows.js';

/**
 * Rows of a JSON log: an array of objects, an object with `log_history` (Hugging Face's trainer_state.json), or lines of
 * objects (Ray's result.json). Null where the text is no JSON at all. NaN and infinities as Python writes them are read.
 * Throws Error with what was expected.
 */
export function jsonLog(text: string): LogRows | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const whole = parsed(text);
  if (whole === undefined) return /^\s*\{/.test(text) ? lines(text) : brokenArray(text);
  return rowsOf(Array.isArray(whole) ? whole : entriesOf(whole as object), []);
}

function entriesOf(whole: object): unknown[] {
  const history = (whole as { log_history?: unknown }).log_history;
  if (Array.isArray(history)) return history;
  return [whole];
}

function lines(text: string): LogRows {
  const written = text.split(/\r?\n/);
  const values: unknown[] = [];
  const notices: string[] = [];
  const last = written.findLastIndex((line) => line.trim() !== '');
  for (const [index, line] of written.entries()) {
    if (line.trim() === '') continue;
    const value = parsed(line);
    if (value !== undefined) values.push(value);
    else if (index === last && values.length > 0) notices.push('its last line is cut off and left out');
    else throw new Error(`line ${index + 1}: expected a JSON object`);
  }
  return rowsOf(values, notices);
}

/** Says where it breaks. */
function brokenArray(text: string): never {
  JSON.parse(standard(text));
  throw new Error('expected a JSON array of objects');
}

function rowsOf(values: readonly unknown[], notices: string[]): LogRows {
  const rows: LogRow[] = [];
  let empty = 0;
  for (const [index, value] of values.entries()) {
    if (value === null) empty++;
    else if (typeof value !== 'object' || Array.isArray(value))
      throw new Error(
        `row ${index + 1}: expected an array of objects, found ${Array.isArray(value) ? 'an array' : typeof value}`,
      );
    else rows.push(flat(value));
  }
  const said = empty === 0 ? [] : [`${empty === 1 ? '1 row is' : `${empty} rows are`} null`];
  return { columns: columnsOf(rows), rows, notices: [...notices, ...said] };
}

/** Nested objects as columns with dots; lists as their JSON. */
function flat(row: object): LogRow {
  const cells: [string, MetaValue][] = [];
  const add = (name: string, value: unknown): void => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) add(name === '' ? key : `${name}.${key}`, inner);
    else cells.push([name, cell(value)]);
  };
  add('', row);
  return Object.fromEntries(cells);
}

function cell(value: unknown): MetaValue {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return JSON.stringify(value).replaceAll(MARK, '');
  if (value.startsWith(MARK)) return loggedNumber(value.slice(MARK.length)) ?? null;
  return ['NaN', 'Infinity', '-Infinity'].includes(value) ? Number(value) : value;
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(standard(text));
  } catch {
    return undefined;
  }
}

// Before what is a number in the log and none in JSON, or one that JSON.parse would round.
const MARK = '\u{f8ff}number ';
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity\b|NaN\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function standard(text: string): string {
  return text.replace(TOKENS, (token) => {
    if (token.startsWith('"') || /[.eE]/.test(token)) return token;
    const number = loggedNumber(token);
    const isPlain = typeof number === 'number' && Number.isFinite(number);
    return isPlain ? token : JSON.stringify(MARK + token);
  });
}
