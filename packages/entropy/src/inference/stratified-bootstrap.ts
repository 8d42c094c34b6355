import {
  percentileInterval,
  resolveBootstrapOptions,
  type BootstrapOptions,
  type Interval,
} from './bootstrap.js';
import { Random, seedOf, meanOf } from '@unitscope/base';

/**
 * Percentile bootstrap interval of the mean over strata (architectures) of their means over networks: networks are
 * resampled within their stratum, units never. null where no stratum has a value. Seeded by `identity`.
 * Throws BootstrapOptionError.
 */
export function stratifiedBootstrap(
  strata: readonly (readonly number[])[],
  identity: string,
  options: BootstrapOptions = {},
): Interval | null {
  const { resamples, coverage } = resolveBootstrapOptions(options);
  const filled = strata.filter((values) => values.length > 0);
  if (filled.length === 0) return null;
  const random = new Random(seedOf(identity));
  const means = Array.from({ length: resamples }, () =>
    meanOf(filled.map((values) => meanOf(values.map(() => values[random.below(values.length)]!)))),
  );
  return percentileInterval(means, coverage);
}
