/** A whole number with commas: "2,000". `toLocaleString` loads the tables of all languages for it, a tenth of what a query takes. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
