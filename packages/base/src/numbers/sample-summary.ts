/** What a sample of numbers looks like; null where it is too small to say. */
export interface SampleSummary {
  readonly mean: number | null;
  /** The sample standard deviation (n − 1); null for fewer than two values. */
  readonly sd: number | null;
  readonly q05: number | null;
  readonly q25: number | null;
  readonly q50: number | null;
  readonly q75: number | null;
  readonly q95: number | null;
}

/** Mean and standard deviation are plain sums in the order given; quantiles interpolate linearly. */
export function summarize(values: readonly number[]): SampleSummary {
  if (values.length === 0) {
    return { mean: null, sd: null, q05: null, q25: null, q50: null, q75: null, q95: null };
  }
  const mean = meanOf(values);
  const sorted = Float64Array.from(values).sort();
  return {
    mean,
    sd: standardDeviation(values, mean),
    q05: quantile(sorted, 0.05),
    q25: quantile(sorted, 0.25),
    q50: quantile(sorted, 0.5),
    q75: quantile(sorted, 0.75),
    q95: quantile(sorted, 0.95),
  };
}

/** A plain sum in the order given, divided; NaN of none. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * The q-quantile of ascending values, by linear interpolation at (n − 1) q (numpy's default, R's type 7).
 * The values must not be empty.
 */
export function quantile(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

function standardDeviation(values: readonly number[], mean: number): number | null {
  if (values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(squares / (values.length - 1));
}
