import { InputError, Random, seedOf, quantile } from '@unitscope/base';

export interface BootstrapOptions {
  /** How many resamples; 1,000 by default, 0 for no intervals. */
  readonly resamples?: number;
  /** The share of resampled means inside the interval; 0.95 by default. */
  readonly coverage?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Intervals of each column's mean, and of the mean of these means; null where there is no value. */
export interface BootstrapIntervals {
  readonly columns: readonly (Interval | null)[];
  readonly overall: Interval | null;
}

export class BootstrapOptionError extends InputError {
  readonly code = 'BOOTSTRAP_OPTION';
}

/**
 * Percentile bootstrap intervals of means over units. There is one column a category, all of one length, with
 * one value a unit, NaN where the unit has none. Units are resampled with replacement, the same ones in
 * all columns. In a resample, the overall mean is that of the columns that have a value in it; a mean without
 * any value in a resample is left out of its interval. The generator (xoshiro128**) is seeded by the
 * identity of what is resampled, a checkpoint's layer, so the intervals depend on nothing else.
 * Throws BootstrapOptionError.
 */
export function bootstrapMeans(
  columns: readonly Float64Array[],
  identity: string,
  options: BootstrapOptions = {},
): BootstrapIntervals {
  const { resamples, coverage } = resolveBootstrapOptions(options);
  const units = columns[0]?.length ?? 0;
  const random = new Random(seedOf(identity));
  const weighted = columns.map((column) => new WeightedColumn(column));
  const times = new Int32Array(units);
  const means = weighted.map((): number[] => []);
  const overall: number[] = [];
  for (let n = 0; n < resamples; n++) {
    resample(times, random);
    let sum = 0;
    let present = 0;
    for (let c = 0; c < weighted.length; c++) {
      const mean = weighted[c]!.mean(times);
      if (Number.isNaN(mean)) continue;
      means[c]!.push(mean);
      sum += mean;
      present++;
    }
    if (present > 0) overall.push(sum / present);
  }
  return {
    columns: means.map((column) => percentileInterval(column, coverage)),
    overall: percentileInterval(overall, coverage),
  };
}

/** The interval of one column's mean, as bootstrapMeans computes it. */
export function bootstrapMean(
  values: Float64Array,
  identity: string,
  options: BootstrapOptions = {},
): Interval | null {
  return bootstrapMeans([values], identity, options).overall;
}

/** A column without its gaps, so that the inner loop needs no branch. */
export class WeightedColumn {
  readonly #units: Int32Array;
  readonly #values: Float64Array;

  constructor(column: Float64Array) {
    this.#units = Int32Array.from(column.keys()).filter((unit) => !Number.isNaN(column[unit]));
    this.#values = column.filter((value) => !Number.isNaN(value));
  }

  /** The mean with each unit taken so many times; NaN where none of them has a value. */
  mean(times: Int32Array): number {
    const units = this.#units;
    const values = this.#values;
    let sum = 0;
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      const taken = times[units[i]!]!;
      sum += taken * values[i]!;
      count += taken;
    }
    return sum / count;
  }
}

/** Takes as many units as there are with replacement: how many times each is taken. */
export function resample(times: Int32Array, random: Random): void {
  const { length } = times;
  times.fill(0);
  for (let i = 0; i < length; i++) times[random.below(length)]!++;
}

export function percentileInterval(means: readonly number[], coverage: number): Interval | null {
  if (means.length === 0) return null;
  const sorted = Float64Array.from(means).sort();
  const tail = (1 - coverage) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

export function resolveBootstrapOptions({
  resamples = 1000,
  coverage = 0.95,
}: BootstrapOptions): Required<BootstrapOptions> {
  if (!Number.isSafeInteger(resamples) || resamples < 0) {
    throw new BootstrapOptionError(`resamples: expected a whole number from 0, found ${resamples}`);
  }
  if (!(coverage > 0 && coverage < 1)) {
    throw new BootstrapOptionError(`coverage: expected a number between 0 and 1, found ${coverage}`);
  }
  return { resamples, coverage };
}
