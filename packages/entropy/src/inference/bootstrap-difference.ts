import {
  percentileInterval,
  resample,
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
  const [a, b] = [sideOf(first), sideOf(second)];
  const differences: number[] = [];
  for (let n = 0; n < resamples; n++) {
    const difference = resampledLayer(a, random) - resampledLayer(b, random);
    if (!Number.isNaN(difference)) differences.push(difference);
  }
  return percentileInterval(differences, coverage);
}

interface Side {
  /** How many times each unit is taken. */
  readonly times: Int32Array;
  readonly checkpoints: readonly (readonly WeightedColumn[])[];
}

function sideOf(checkpoints: readonly LayerColumns[]): Side {
  const units = Math.max(0, ...checkpoints.flatMap((columns) => columns.map(({ length }) => length)));
  return {
    times: new Int32Array(units),
    checkpoints: checkpoints.map((columns) => columns.map((column) => new WeightedColumn(column))),
  };
}

/** The mean over checkpoints of the means over categories that have a value; NaN where none has. */
function resampledLayer({ times, checkpoints }: Side, random: Random): number {
  resample(times, random);
  let sum = 0;
  let present = 0;
  for (const columns of checkpoints) {
    const mean = meanOfMeans(columns, times);
    if (Number.isNaN(mean)) continue;
    sum += mean;
    present++;
  }
  return sum / present;
}

function meanOfMeans(columns: readonly WeightedColumn[], times: Int32Array): number {
  let sum = 0;
  let present = 0;
  for (const column of columns) {
    const mean = column.mean(times);
    if (Number.isNaN(mean)) continue;
    sum += mean;
    present++;
  }
  return sum / present;
}
