import { InputError } from '@unitscope/base';
import { countsAsBirth, type BirthHistogram } from './birth-histogram.js';
import { millerMadow, paperEntropy, pluginEntropy } from './feature-entropy.js';
import { nullEntropy } from '../noise/null-entropy.js';
import { resolveStatisticsOptions, type StatisticsOptions } from '../layers/statistics-options.js';

/** What the births of one unit over the images of one category say; entropies in nats. */
export interface UnitStatistics {
  /** n: images with a birth after the threshold. */
  readonly births: number;
  /** ε = n / m. */
  readonly selectiveRate: number;
  /** 1 − ε, computed as (m − n) / m. */
  readonly absentRate: number;
  /** H by the authors' code: births divided by the images that have one. */
  readonly entropy: number;
  /** H by the paper's text: births divided by all images. */
  readonly entropyPaper: number;
  readonly entropyMillerMadow: number;
  readonly entropyNull: number;
  /** H / ε; H where ε = 0. */
  readonly ineffectiveness: number;
  readonly sensitive: boolean;
}

export class HistogramError extends InputError {
  readonly code = 'BIRTH_HISTOGRAM';
}

/**
 * The statistics of one unit (docs/method.md, section 2) from its raw birth histogram over `images` maps of
 * size N × N. Images that the histogram does not hold had no birth.
 * Throws HistogramError where the histogram has more births than images, StatisticsOptionError.
 */
export function unitStatistics(
  histogram: BirthHistogram,
  images: number,
  size: number,
  options: StatisticsOptions = {},
): UnitStatistics {
  const { threshold, minSelectiveRate, density } = resolveStatisticsOptions(options);
  checkHistogram(histogram, images);
  const counts = histogram.counts.filter((_, i) => countsAsBirth(histogram.ranks[i]!, threshold));
  const births = counts.reduce((sum, count) => sum + count, 0);
  const selectiveRate = births / images;
  const entropy = pluginEntropy(counts);
  return {
    births,
    selectiveRate,
    absentRate: (images - births) / images,
    entropy,
    entropyPaper: paperEntropy(counts, images),
    entropyMillerMadow: millerMadow(entropy, counts.length, births),
    entropyNull: nullEntropy(size, births, { threshold, density }),
    ineffectiveness: births === 0 ? entropy : entropy / selectiveRate,
    sensitive: selectiveRate > minSelectiveRate,
  };
}

/** H / H_null: 1 is what noise of the same map size and number of births has; null where H_null is 0. */
export function relativeEntropy(unit: UnitStatistics): number | null {
  return unit.entropyNull === 0 ? null : unit.entropy / unit.entropyNull;
}

function checkHistogram({ ranks, counts }: BirthHistogram, images: number): void {
  if (!Number.isSafeInteger(images) || images < 1) {
    throw new HistogramError(`images: expected a whole number from 1, found ${images}`);
  }
  if (ranks.length !== counts.length) {
    throw new HistogramError(`histogram: expected one count a rank, found ${ranks.length}, ${counts.length}`);
  }
  let total = 0;
  for (let i = 0; i < ranks.length; i++) {
    total += counts[i]!;
    if (counts[i] === 0 || ranks[i]! <= (i === 0 ? 0 : ranks[i - 1]!)) {
      throw new HistogramError(
        `histogram: expected ranks from 1, ascending, each seen at least once, ` +
          `found rank ${ranks[i]!} seen ${counts[i]!} times at position ${i}`,
      );
    }
  }
  if (total > images) {
    throw new HistogramError(`histogram: expected at most ${images} births (images), found ${total}`);
  }
}
