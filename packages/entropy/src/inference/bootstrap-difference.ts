import {
  percentileInterval,
  resolveBootstrapOptions,
  WeightedColumn,
  type BootstrapOptions,
  type Interval,
} from './bootstrap.js';
import { Random, seedOf } from '@unitscope/base';

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

/** The columns of a layer at one checkpoint: one a category, one value a unit, NaN where the unit has none. */
export type LayerColumns = readonly Float64Array[];

/**
 * Percentile bootstrap interval of the mean entropy of a layer in `first` − that in `second`: the mean over checkpoints of the
 * mean over categories of the mean over units, as `layerSummaries` has it. Units are resampled with replacement, the same
 * ones in all columns of a side, either side by itself. null where one side has no value. Throws BootstrapOptionError.
 */
export function bootstrapLayerDifference(
  first: readonly LayerColumns[],
  second: readonly LayerColumns[],
  identity: string,
  options: BootstrapOptions = {},
): Interval | null {
  const { resamples, coverage } = resolveBootstrapOptions(options);
  const random = new Random(seedOf(identity));
  const sides = [first, second].map((checkpoints) => ({
    units: Math.max(0, ...checkpoints.flatMap((columns) => columns.map(({ length }) => length))),
    checkpoints: checkpoints.map((columns) => columns.map((column) => new WeightedColumn(column))),
  }));
  const differences: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const [a, b] = sides.map(({ units, checkpoints }) => {
      const times = new Uint32Array(units);
      for (let i = 0; i < units; i++) times[random.below(units)]!++;
      return meanPresent(
        checkpoints.map((columns) => meanPresent(columns.map((column) => column.mean(times)))),
      );
    });
    if (!Number.isNaN(a! - b!)) differences.push(a! - b!);
  }
  return percentileInterval(differences, coverage);
}

function meanPresent(values: readonly number[]): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.reduce((sum, value) => sum + value, 0) / present.length;
}
