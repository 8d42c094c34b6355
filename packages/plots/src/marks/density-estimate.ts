export interface DensityPoint {
  readonly x: number;
  readonly height: number;
}

/** A Gaussian kernel density of values at evenly spaced points; Silverman's width, at least 2 % of the domain. */
export function density(
  values: readonly number[],
  [low, high]: readonly [number, number],
  points: number,
): DensityPoint[] {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1));
  const width = Math.max(0.9 * sd * n ** -0.2, (high - low) * 0.02);
  return Array.from({ length: points }, (_, i) => {
    const x = low + ((high - low) * i) / (points - 1);
    const height = values.reduce((sum, value) => sum + Math.exp(-0.5 * ((x - value) / width) ** 2), 0);
    return { x, height: height / (n * width * Math.sqrt(2 * Math.PI)) };
  });
}
