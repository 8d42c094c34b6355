import {
  percentileInterval,
  resolveBootstrapOptions,
  type BootstrapOptions,
  type Interval,
} from './bootstrap.js';
import { Random, seedOf } from './random.js';

/**
 * Percentile bootstrap interval of mean(first) − mean(second), both resampled with replacement and apart; null where one
 * is empty. Seeded by `identity`. Throws BootstrapOptionError.
 */
export function bootstrapDifference(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  identity: string,
  options: BootstrapOptions = {},
): Interval | null {
  const { resamples, coverage } = resolveBootstrapOptions(options);
  if (first.length === 0 || second.length === 0) return null;
  const random = new Random(seedOf(identity));
  const differences: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    differences.push(resampledMean(first, random) - resampledMean(second, random));
  }
  return percentileInterval(differences, coverage);
}

function resampledMean(values: ArrayLike<number>, random: Random): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[random.below(values.length)]!;
  return sum / values.length;
}
