import type { Interval } from './bootstrap.js';
import { studentQuantile } from './distributions.js';
import { meanOf, summarize } from '@unitscope/base';

/**
 * Interval of mean(first) − mean(second) by Welch's t (scipy.stats.ttest_ind with equal_var=False, its confidence_interval).
 * The values are of networks, one each. null where a sample has fewer than two, or nothing varies.
 */
export function welchInterval(
  first: readonly number[],
  second: readonly number[],
  coverage = 0.95,
): Interval | null {
  const [sdA, sdB] = [summarize(first).sd, summarize(second).sd];
  if (sdA === null || sdB === null) return null;
  const [a, b] = [sdA ** 2 / first.length, sdB ** 2 / second.length];
  const difference = meanOf(first) - meanOf(second);
  if (a + b === 0) return null;
  const freedom = (a + b) ** 2 / (a ** 2 / (first.length - 1) + b ** 2 / (second.length - 1));
  const half = studentQuantile((1 + coverage) / 2, freedom) * Math.sqrt(a + b);
  return { low: difference - half, high: difference + half };
}
