import { resolveBootstrapOptions, type Interval } from './bootstrap.js';
import { studentQuantile } from './distributions.js';
import { meanOf, summarize } from '@unitscope/base';

export interface MeanInterval extends Interval {
  readonly n: number;
  readonly mean: number;
}

/**
 * Mean of independent values with its interval by Student's t (scipy.stats.t.interval around the mean with the standard
 * error of n − 1). The values are of networks, one each: units of one network are not independent. null for fewer than two
 * values. Throws BootstrapOptionError for a coverage out of its range.
 */
export function studentInterval(values: readonly number[], coverage = 0.95): MeanInterval | null {
  resolveBootstrapOptions({ coverage });
  const n = values.length;
  const { sd } = summarize(values);
  if (sd === null) return null;
  const mean = meanOf(values);
  const half = (studentQuantile((1 + coverage) / 2, n - 1) * sd) / Math.sqrt(n);
  return { n, mean, low: mean - half, high: mean + half };
}
