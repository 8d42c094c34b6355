import { Random, seedOf } from './random.js';
import { quantile } from './sample-summary.js';

export interface BootstrapOptions {
  /** How many resamples; 1,000 by default. */
  readonly resamples?: number;
  /** The share of resampled means inside the interval; 0.95 by default. */
  readonly coverage?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The percentile bootstrap interval of a mean over units. `columns` holds one column a category and one value
 * a unit, NaN where the unit has none there. The mean is the mean over categories of each category's mean,
 * categories without a value left out. Units are resampled with replacement, the same ones in every
 * category; a resample that meets no value is drawn again. The seed is the row's identity, so the interval
 * depends on nothing else (generator: xoshiro128**). null where there is no value at all.
 */
export function bootstrapMean(
  columns: readonly Float64Array[],
  identity: string,
  options: BootstrapOptions = {},
): Interval | null {
  const { resamples = 1000, coverage = 0.95 } = options;
  if (columns.every((column) => column.every(Number.isNaN))) return null;
  const units = columns[0]?.length ?? 0;
  const random = new Random(seedOf(identity));
  const drawn = new Uint32Array(units);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples;) {
    drawn.fill(0);
    for (let i = 0; i < units; i++) drawn[random.below(units)]!++;
    const mean = meanOverCategories(columns, drawn);
    if (!Number.isNaN(mean)) means[resample++] = mean;
  }
  means.sort();
  const tail = (1 - coverage) / 2;
  return { low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

function meanOverCategories(columns: readonly Float64Array[], drawn: Uint32Array): number {
  let sum = 0;
  let categories = 0;
  for (const column of columns) {
    let columnSum = 0;
    let values = 0;
    for (let unit = 0; unit < column.length; unit++) {
      const times = drawn[unit]!;
      const value = column[unit]!;
      if (times === 0 || Number.isNaN(value)) continue;
      columnSum += times * value;
      values += times;
    }
    if (values === 0) continue;
    sum += columnSum / values;
    categories++;
  }
  return sum / categories;
}
