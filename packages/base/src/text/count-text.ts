/** A whole number with commas: "2,000". `toLocaleString` loads the tables of all languages for it, a tenth of what a query takes. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A number of things: "1 checkpoint", "2,000 checkpoints". */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${countText(number)} ${number === 1 ? noun : plural}`;
}

/** Names in a sentence, of many the first: "a, b and 3 more". */
export function firstNames(names: readonly string[], most: number, gap = ', '): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(gap)} and ${countText(rest)} more` : names.join(gap);
}
