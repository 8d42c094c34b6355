import { DEFAULT_DENSITY } from '@unitscope/topology';
import { InputError } from '@unitscope/base';

export interface StatisticsOptions {
  /** The largest birth index (raw rank − 1) that counts as a birth; the authors' value, 50, by default. */
  readonly threshold?: number;
  /** p: a unit is sensitive when its selective rate is above this; 0 by default. */
  readonly minSelectiveRate?: number;
  /** The share of the edges that enter the filtration, as the births were computed with; 0.8 by default. */
  readonly density?: number;
}

export class StatisticsOptionError extends InputError {
  readonly code = 'STATISTICS_OPTION';
}

/** Fills in the defaults. Throws StatisticsOptionError for a value out of its range. */
export function resolveStatisticsOptions(options: StatisticsOptions): Required<StatisticsOptions> {
  const { threshold = 50, minSelectiveRate = 0, density = DEFAULT_DENSITY } = options;
  if (!Number.isSafeInteger(threshold) || threshold < 0) {
    throw new StatisticsOptionError(`threshold: expected a whole number from 0, found ${threshold}`);
  }
  if (!(minSelectiveRate >= 0 && minSelectiveRate < 1)) {
    throw new StatisticsOptionError(
      `minSelectiveRate: expected a number from 0 to below 1, found ${minSelectiveRate}`,
    );
  }
  if (!(density > 0 && density <= 1)) {
    throw new StatisticsOptionError(`density: expected a number above 0, at most 1, found ${density}`);
  }
  return { threshold, minSelectiveRate, density };
}
