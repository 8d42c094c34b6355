import {
  bool,
  float32,
  float64,
  int32,
  list,
  tableFromArrays,
  tableToIPC,
  utf8,
  type DataType,
} from '@uwdata/flechette';
import type { RowColumns, RowOf, Rows } from '@unitscope/plots';
import type { ViewAnswer } from './view-request.js';

const TYPES = {
  text: () => utf8(),
  number: () => float64(),
  whole: () => int32(),
  flag: () => bool(),
  values: () => list(float64()),
  numbers: () => list(float64()),
  floats: () => list(float32()),
} satisfies Record<string, () => DataType>;

type ColumnKind = keyof typeof TYPES;

/** Rows as an Arrow IPC stream, their notes as JSON in its schema metadata; of more than `most` rows the first. */
export function rowsAnswer<C extends RowColumns>(
  columns: C,
  { rows, notes }: Rows<RowOf<C>, object>,
  { most = Infinity, of = rows.length }: { readonly most?: number; readonly of?: number } = {},
): ViewAnswer {
  const shown = rows.slice(0, most);
  const names: (string & keyof C)[] = Object.keys(columns);
  const typeOf = (name: string): DataType => TYPES[columns[name]?.replace('?', '') as ColumnKind]();
  const table = tableFromArrays(
    names.map((name): [string, unknown[]] => [name, shown.map((row) => row[name] ?? null)]),
    { types: Object.fromEntries(names.map((name) => [name, typeOf(name)])) },
  );
  table.schema.metadata = new Map([['notes', JSON.stringify(notes)]]);
  return { type: 'arrow', body: tableToIPC(table, { format: 'stream' }) ?? new Uint8Array(0), rows: of };
}
