/** The columns that say something in some row, and the first one: what is not known of any row is no question. */
export function knownColumns<Column, Row>(
  columns: readonly Column[],
  rows: readonly Row[],
  value: (column: Column, row: Row) => unknown,
): Column[] {
  const isKnown = (column: Column): boolean => rows.some((row) => (value(column, row) ?? '') !== '');
  return columns.filter((column, i) => i === 0 || rows.length === 0 || isKnown(column));
}
