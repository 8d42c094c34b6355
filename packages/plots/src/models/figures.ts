/** A figure as a table shows it; nothing where it is not known. */
export function figure(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return '';
  const text = value.toFixed(digits);
  return (/^-0\.?0*$/.test(text) ? text.slice(1) : text).replace('-', '−');
}

/** A p or q. Below a thousandth its size says nothing more. */
export function chance(p: number | null | undefined): string {
  if (p === null || p === undefined) return '';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
