import { checkArrow } from '@unitscope/tables';
import { tableFromIPC, Type, type DataType } from '@uwdata/flechette';
import type { MetaValue } from '@unitscope/plan';
import type { LogRows, LogRow } from './log-rows.js';

const MAGIC = 'ARROW1';

/** Whether a file begins as Arrow files do. */
export function isArrowFile(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/**
 * Rows of a log that is an Arrow file, such as the measures.arrow of a checkpoint: numbers, texts and truths; a whole number that
 * no float64 holds is a text. Throws Error with what was expected.
 */
export function arrowLog(path: string, bytes: Uint8Array): LogRows {
  checkArrow(path, bytes);
  const table = tableFromIPC(bytes, { useBigInt: true });
  const names = table.schema.fields.map(({ name }) => name);
  const repeated = names.find((name, column) => names.indexOf(name) !== column);
  if (repeated !== undefined) throw new Error(`two columns are called "${repeated}"`);
  const columns = table.schema.fields.map(({ name, type }) => {
    if (!isScalar(type))
      throw new Error(`expected numbers, texts or truths, found others in the column "${name}"`);
    return { name, values: [...table.getChild(name)].map(metaValue) };
  });
  const rows = Array.from(
    { length: table.numRows },
    (_, row) => Object.fromEntries(columns.map(({ name, values }) => [name, values[row] ?? null])) as LogRow,
  );
  return { columns: names, rows, notices: [] };
}

function isScalar(type: DataType): boolean {
  if (type.typeId === Type.Dictionary) return isScalar(type.dictionary);
  return ([Type.Int, Type.Float, Type.Utf8, Type.LargeUtf8, Type.Bool] as number[]).includes(type.typeId);
}

function metaValue(value: unknown): MetaValue {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return BigInt(number) === value && Number.isSafeInteger(number) ? number : String(value);
  }
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
