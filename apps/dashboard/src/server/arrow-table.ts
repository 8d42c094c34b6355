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

const TYPES = {
  text: () => utf8(),
  number: () => float64(),
  whole: () => int32(),
  flag: () => bool(),
  numbers: () => list(float64()),
  floats: () => list(float32()),
} satisfies Record<string, () => DataType>;

type ColumnKind = keyof typeof TYPES;

/** The columns of a table that goes to the page, by name: what kind each is and its value in a row. */
export type ColumnsOf<Row> = Readonly<
  Record<string, readonly [ColumnKind, (row: Row, index: number) => unknown]>
>;

/** Rows as an Arrow IPC stream; `notes` become its schema metadata. */
export function arrowTable<Row>(
  rows: readonly Row[],
  columns: ColumnsOf<Row>,
  notes: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(columns);
  const table = tableFromArrays(
    names.map((name): [string, unknown[]] => [
      name,
      rows.map((row, i) => columns[name]?.[1](row, i) ?? null),
    ]),
    { types: Object.fromEntries(names.map((name) => [name, TYPES[columns[name]?.[0] ?? 'text']()])) },
  );
  table.schema.metadata = new Map(Object.entries(notes));
  return tableToIPC(table, { format: 'stream' }) ?? new Uint8Array(0);
}
