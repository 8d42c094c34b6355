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

/** Three digits that count; what is very small or large by its power of ten: 0.149, 3.63e−6. */
export function shortFigure(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e6)
      ? value.toExponential(2).replace(/\.?0*e\+?/, 'e')
      : String(Number(value.toPrecision(3)));
  return text.replaceAll('-', '−');
}
