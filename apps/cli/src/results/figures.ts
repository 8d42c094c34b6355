import type { LayerRow } from '@unitscope/plots';

/** A figure of a table: so many digits after the point, nothing where it is not known. */
export function figure(value: number | null | undefined, digits = 3): string | number {
  return value === null || value === undefined ? '' : signedZero(value.toFixed(digits));
}

/** A p or q. Below a thousandth its size says nothing more. */
export function chance(p: number | null | undefined): string {
  if (p === null || p === undefined) return '';
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** An interval as [low, high]; nothing where there is none. */
export function interval(
  found: { readonly low: number | null; readonly high: number | null } | null,
  digits?: number,
): string {
  return found === null || found.low === null || found.high === null
    ? ''
    : `[${figure(found.low, digits)}, ${figure(found.high, digits)}]`;
}

/** A correlation and its interval. */
function correlation(r: number | null, low: number | null, high: number | null): string {
  return r === null ? '' : `${figure(r, 2)} ${interval({ low, high })}`;
}

/** What a table of layers says of each: where H ended, when it settled, and how it goes with a metadata column. */
export function layerFigures(row: LayerRow) {
  const { first, last, settled, settles, lag } = row;
  return {
    ends: [figure(first), figure(last)],
    // Few checkpoints do not tell.
    settled: settled ?? (settles ? 'not settled' : ''),
    pearson: correlation(row.pearson, row.pearson_low, row.pearson_high),
    spearman: correlation(row.spearman, row.spearman_low, row.spearman_high),
    p: chance(row.p),
    lag: lag === null ? '' : `${lag} (${figure(row.lag_r, 2)})`,
  };
}

function signedZero(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
