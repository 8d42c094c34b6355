/** A text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll('\0', '\ufffd').replaceAll("'", "''")}'`;
}
