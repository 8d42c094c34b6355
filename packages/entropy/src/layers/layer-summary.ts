import { bootstrapMeans, type BootstrapOptions, type Interval } from '../inference/bootstrap.js';
import { meanOf, summarize, type SampleSummary } from '@unitscope/base';
import { relativeEntropy, type UnitStatistics } from '../units/unit-statistics.js';

/** The units of one layer over the images of one category: unit numbers, and their statistics beside them. */
export interface CategoryUnits {
  readonly category: string;
  readonly units: ArrayLike<number>;
  readonly statistics: readonly UnitStatistics[];
}

/** A sample, how many (unit, category) pairs it rests on, and a 95 % bootstrap interval of its mean. */
export interface IntervalSummary extends SampleSummary {
  readonly pairs: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface LayerSummary {
  /** null: the mean over categories. */
  readonly category: string | null;
  readonly units: number;
  /** Units that are sensitive; for the mean over categories, in at least one of them. */
  readonly sensitiveUnits: number;
  /** Of H over sensitive units. */
  readonly entropy: IntervalSummary;
  /** Of the paper's H over all units, sensitive or not. */
  readonly entropyPaper: IntervalSummary;
  /** Of H / H_null over sensitive units with H_null > 0. */
  readonly relativeEntropy: IntervalSummary;
  /** Over all units, sensitive or not. */
  readonly meanSelectiveRate: number | null;
}

/**
 * The rows of layers/1 for one checkpoint and layer: one a category, in the order given, then the mean over
 * categories. In that last row every figure is the plain mean over the categories that have it; its interval
 * resamples units, the same ones in all categories. `identity` names the layer and seeds the bootstrap
 * (docs/method.md, section 2): wherever the same births come from, their interval is the same.
 */
export function layerSummaries(
  identity: string,
  categories: readonly CategoryUnits[],
  options: BootstrapOptions = {},
): LayerSummary[] {
  const sensitive =
    (valueOf: (unit: UnitStatistics) => number | null) =>
    (unit: UnitStatistics): number | null =>
      unit.sensitive ? valueOf(unit) : null;
  const entropy = measure(
    identity,
    categories,
    sensitive((unit) => unit.entropy),
    options,
  );
  const paper = measure(identity, categories, (unit) => unit.entropyPaper, options);
  const relative = measure(identity, categories, sensitive(relativeEntropy), options);
  const rows = categories.map(({ category, statistics }, i) => ({
    category,
    units: statistics.length,
    sensitiveUnits: statistics.filter((unit) => unit.sensitive).length,
    entropy: entropy.rows[i]!,
    entropyPaper: paper.rows[i]!,
    relativeEntropy: relative.rows[i]!,
    meanSelectiveRate: meanPresent(statistics.map((unit) => unit.selectiveRate)),
  }));
  const all: LayerSummary = {
    category: null,
    units: unitNumbers(categories, () => true).length,
    sensitiveUnits: unitNumbers(categories, (unit) => unit.sensitive).length,
    entropy: entropy.all,
    entropyPaper: paper.all,
    relativeEntropy: relative.all,
    meanSelectiveRate: meanPresent(rows.map((row) => row.meanSelectiveRate)),
  };
  return [...rows, all];
}

/** Summarises one value of the units that have it, category by category and over categories. */
function measure(
  identity: string,
  categories: readonly CategoryUnits[],
  valueOf: (unit: UnitStatistics) => number | null,
  options: BootstrapOptions,
): { rows: IntervalSummary[]; all: IntervalSummary } {
  const numbers = unitNumbers(categories, () => true);
  const positions = new Map(numbers.map((unit, position) => [unit, position]));
  const columns = categories.map(({ units, statistics }) => {
    const column = new Float64Array(numbers.length).fill(NaN);
    statistics.forEach((unit, i) => {
      column[positions.get(units[i]!)!] = valueOf(unit) ?? NaN;
    });
    return column;
  });
  const intervals = bootstrapMeans(columns, identity, options);
  const rows = columns.map((column, i) => {
    const values = Array.from(column).filter((value) => !Number.isNaN(value));
    return { pairs: values.length, ...summarize(values), ...boundsOf(intervals.columns[i]) };
  });
  return { rows, all: { ...meanOfSummaries(rows), ...boundsOf(intervals.overall) } };
}

function boundsOf(interval: Interval | null | undefined): { low: number | null; high: number | null } {
  return { low: interval?.low ?? null, high: interval?.high ?? null };
}

function meanOfSummaries(rows: readonly (SampleSummary & { pairs: number })[]): SampleSummary & {
  pairs: number;
} {
  const over = (figure: keyof SampleSummary): number | null => meanPresent(rows.map((row) => row[figure]));
  return {
    pairs: rows.reduce((sum, row) => sum + row.pairs, 0),
    mean: over('mean'),
    sd: over('sd'),
    q05: over('q05'),
    q25: over('q25'),
    q50: over('q50'),
    q75: over('q75'),
    q95: over('q95'),
  };
}

function meanPresent(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : meanOf(present);
}

/** The numbers of the units that pass in at least one category, ascending. */
function unitNumbers(
  categories: readonly CategoryUnits[],
  passes: (unit: UnitStatistics) => boolean,
): number[] {
  const numbers = new Set<number>();
  for (const { units, statistics } of categories) {
    statistics.forEach((unit, i) => {
      if (passes(unit)) numbers.add(units[i]!);
    });
  }
  return [...numbers].sort((a, b) => a - b);
}
