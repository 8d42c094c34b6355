/** The first characters by which a spreadsheet takes a text for a formula. */
export const FORMULA = /^[=+\-@\t\r]/;

/** A text of a CSV file that no spreadsheet takes for a formula: behind an apostrophe. Numbers are no texts. */
export function csvSafe(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Rows as CSV (RFC 4180). */
export function csvText(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [names, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  const safe = csvSafe(typeof value === 'string' ? value : JSON.stringify(value));
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
