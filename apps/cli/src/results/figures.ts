/** A figure of a table: so many digits after the point, nothing where it is not known. */
export function figure(value: number | null | undefined, digits = 3): string | number {
  return value === null || value === undefined ? '' : signedZero(value.toFixed(digits));
}

/** A p or q. Below a thousandth its size says nothing more. */
export function chance(p: number | null | undefined): string {
  if (p === null || p === undefined) return '';
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** An interval as [low, high]. */
export function interval(found: { readonly low: number; readonly high: number } | null): string {
  return found === null ? '' : `[${figure(found.low)}, ${figure(found.high)}]`;
}

function signedZero(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
