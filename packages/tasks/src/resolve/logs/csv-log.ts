import { parse } from 'csv-parse/sync';
import type { MetaValue } from '@unitscope/plan';
import { loggedNumber } from './log-number.js';
import type { LogRow, LogRows } from './log-rows.js';

const DELIMITERS = [',', ';', '\t'];
/** What writers put where a number is missing; text in a column of texts. */
const MISSING = new Set(['NA', 'N/A', 'None', 'none', 'null', 'NULL']);
const DECIMAL_COMMA = /^[+-]?\d+,\d+(?:[eE][+-]?\d+)?$/;

/**
 * Rows of a CSV log with a header line, its fields parted by commas, semicolons or tabs. A last row that is cut off is
 * left out; repeated header lines are none. Throws Error with what was expected.
 */
export function csvLog(text: string): LogRows {
  const delimiter = delimiterOf(text);
  const { records, notices } = complete(text, delimiter);
  const [header = [], ...lines] = records;
  const repeated = header.find((name, column) => name !== '' && header.indexOf(name) !== column);
  if (repeated !== undefined) throw new Error(`two columns are called "${repeated}"`);
  const rows = lines.filter((line) => line.some((field, column) => field !== header[column]));
  for (const [index, row] of rows.entries()) {
    if (row.length > header.length)
      throw new Error(`row ${index + 1}: expected ${header.length} fields, found ${row.length}`);
  }
  // A column without a name is the numbering that pandas writes.
  const named = [...header.entries()].filter(([, name]) => name !== '');
  const columns = named.map(([at, name]) => {
    const fields = rows.map((row) => row[at] ?? '');
    return { name, cells: typed(fields, delimiter) };
  });
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map(
      (_, index) =>
        Object.fromEntries(columns.map(({ name, cells }) => [name, cells[index] ?? null])) as LogRow,
    ),
    notices,
  };
}

function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n/, 1);
  const plain = header.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((sign) => plain.split(sign).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The records of all rows that were written to their end. */
function complete(text: string, delimiter: string): { records: string[][]; notices: string[] } {
  const isOpen = text !== '' && !/[\r\n]$/.test(text);
  let records: string[][];
  try {
    records = recordsOf(text, delimiter);
  } catch (cause) {
    // A kill may leave a quoted field without its end.
    const kept = withoutLastLine(text);
    if (!isOpen || kept === '') throw cause;
    return { records: recordsOf(kept, delimiter), notices: [CUT] };
  }
  if (!isOpen || records.length < 2) return { records, notices: [] };
  const last = records.at(-1)?.length ?? 0;
  const width = records[0]?.length ?? 0;
  if (last >= width) return { records, notices: [UNENDED] };
  return { records: records.slice(0, -1), notices: [CUT] };
}

const UNENDED = 'its last row has no line end; where the writer was killed, its last number may be cut off';
const CUT = 'its last row is cut off and left out';

function withoutLastLine(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

function recordsOf(text: string, delimiter: string): string[][] {
  return parse(text, {
    delimiter,
    bom: true,
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
  });
}

function typed(fields: readonly string[], delimiter: string): MetaValue[] {
  const commas =
    delimiter !== ',' &&
    fields.some((field) => DECIMAL_COMMA.test(field)) &&
    fields.every((field) => !field.includes('.') && (DECIMAL_COMMA.test(field) || isNumberOrNone(field)));
  const written = commas ? fields.map((field) => field.replace(',', '.')) : fields;
  const numbers = written.some((field) => loggedNumber(field) !== undefined) && written.every(isNumberOrNone);
  return written.map((field) => {
    if (field === '' || (numbers && MISSING.has(field))) return null;
    if (/^(?:true|false)$/i.test(field)) return field.toLowerCase() === 'true';
    return loggedNumber(field) ?? field;
  });
}

function isNumberOrNone(field: string): boolean {
  return field === '' || MISSING.has(field) || loggedNumber(field) !== undefined;
}
