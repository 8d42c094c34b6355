/** A text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The condition that a label column holds this; `undefined`: any. */
export function isLabel(column: string, label: string | undefined): string {
  return label === undefined ? '' : ` AND ${column} = ${sqlText(label)}`;
}
