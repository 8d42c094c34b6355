import type { DataFrame, LazyDataFrame } from 'nodejs-polars';
import type { SqlTables, TableName } from './sql-tables.js';
import type { Polars } from './polars.js';

/** Names of SQL for the engine's own; others as the engine has them, in small letters. */
const SQL_TYPES: Readonly<Record<string, string>> = {
  Utf8: 'text',
  String: 'text',
  Categorical: 'text',
  Bool: 'boolean',
};

/** One row a table: its name, and how many rows it has. */
export async function listTables(
  pl: Polars,
  tables: SqlTables,
  names: readonly TableName[],
): Promise<DataFrame> {
  const rows: { table: string; rows: number }[] = [];
  for (const table of names) {
    const frame = await tables.frame(pl, table);
    const context = pl.SQLContext({});
    context.register('counted', frame);
    const [count] = context.execute('SELECT count(*) AS "rows" FROM counted').collectSync().toRecords();
    rows.push({ table, rows: Number(count?.['rows'] ?? 0) });
  }
  return pl.DataFrame({
    table: rows.map(({ table }) => table),
    rows: rows.map(({ rows: count }) => count),
  });
}

/** One row a column of a table, in their order: its name and type. */
export function listColumns(pl: Polars, frame: LazyDataFrame): DataFrame {
  const empty = frame.limit(0).collectSync();
  const types = empty.columns.map((column) => {
    const { variant } = (empty.getColumn(column) as { dtype: { variant: string } }).dtype;
    return SQL_TYPES[variant] ?? variant.toLowerCase();
  });
  return pl.DataFrame({ column: empty.columns, type: types });
}
