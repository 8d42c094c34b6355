import { laggedCorrelations, pearson, spearman } from '@unitscope/entropy';
import { metadataColumn } from '../checkpoints/checkpoint-group.js';
import {
  checkpointOrder,
  numberColumns,
  numberOf,
  resultTrainings,
  trainingNamed,
  type CheckpointOrder,
} from '../checkpoints/checkpoint-order.js';
import { UnknownNameError } from '../errors.js';
import type { SweepResults } from '../results/sweep-results.js';
import { layerValues, type LayerValues } from './layer-values.js';
import { loneWords, settingNames } from './setting-columns.js';
import { overRuns, type LayerOverRuns } from './over-runs.js';
import type { LayerTrend, SweepTrend } from './layer-trend.js';

/** The trainings of a sweep, each by itself, and what they come to. */
export interface SweepTrends {
  readonly axis: string | null;
  readonly runColumns: readonly string[];
  readonly against: string | null;
  readonly trainings: readonly SweepTrend[];
  /** Labels of checkpoints that stand apart, in nothing of this, and what they lack. */
  readonly unplaced: readonly string[];
  readonly lacking: readonly string[];
  /** Why the trainings cannot be told apart. */
  readonly problem: string | null;
  /** By layer and setting: a mean is over the trainings of one setting. */
  readonly layers: readonly LayerOverRuns[];
  /** Sentences on these means: which settings have one training and so no interval, which ends are at different steps. */
  readonly remarks: readonly string[];
}

export interface TrendOptions {
  /** A metadata column with numbers; `loss` where it is left out and there. */
  readonly against?: string | undefined;
  /** Means over categories, or of one category. */
  readonly category?: string | undefined;
  /** One training, as `lr=0.01,seed=1`. */
  readonly run?: string | undefined;
}

const MOST_LAG = 3;
/** One checkpoint near the end does not tell that H stays there. */
const LEAST_AFTER = 3;
/** Of fewer points all would have to be at the end: such a curve neither settles nor does not. */
export const FEWEST_SETTLED = LEAST_AFTER + 2;

/**
 * The layers of a sweep over each of its trainings, against a metadata column, and over the trainings. Throws
 * UnknownNameError for a training or column that is not there, or a column that holds no numbers.
 */
export async function sweepTrends(results: SweepResults, options: TrendOptions = {}): Promise<SweepTrends> {
  const found = resultTrainings(results);
  const named = options.run === undefined ? found.trainings : [trainingNamed(found, options.run)];
  const checkpoints = named.flatMap((training) => training.checkpoints);
  const against = columnAgainst(results, options.against);
  const values = await layerValues(results, checkpoints, options.category);
  let from = 0;
  const trainings = named.map(({ run, settings, checkpoints: own, steps }) => {
    const order = { axis: found.axis, run, checkpoints: own, steps, unplaced: found.unplaced };
    const slice = values.map((layer) => ({ ...layer, values: layer.values.slice(from, from + own.length) }));
    from += own.length;
    return trendOf({ ...order, settings }, against, slice);
  });
  return {
    axis: found.axis,
    runColumns: found.runColumns,
    against,
    trainings,
    unplaced: found.unplaced.map(({ label }) => label),
    lacking: found.lacking,
    problem: found.problem,
    layers: overRuns(trainings, found.runColumns),
    remarks: [
      loneWords(trainings, settingNames(trainings, found.runColumns)),
      ...endsWords(trainings, found.axis),
    ].filter((words) => words !== ''),
  };
}

/** Where trainings do not begin or end at one step. */
function endsWords(trainings: readonly SweepTrend[], axis: string | null): string[] {
  const words = (steps: readonly number[], which: string): string => {
    const [low, high] = [Math.min(...steps), Math.max(...steps)];
    return low === high
      ? ''
      : `The ${which} checkpoints are at different steps (${axis ?? 'place'} ${low} to ${high}).`;
  };
  return [
    words(
      trainings.map(({ steps }) => steps[0] ?? 0),
      'first',
    ),
    words(
      trainings.map(({ steps }) => steps.at(-1) ?? 0),
      'last',
    ),
  ];
}

/**
 * The layers over one training: the one that is named, else the first. Where trainings cannot be told apart, over all
 * checkpoints in the order of the sweep, without correlations. Throws UnknownNameError.
 */
export async function sweepTrend(
  results: SweepResults,
  { against, category, run }: TrendOptions = {},
): Promise<SweepTrend> {
  const found = resultTrainings(results);
  const order = checkpointOrder(results, run);
  const settings = found.trainings.find((training) => training.run === order.run)?.settings ?? {};
  const column = columnAgainst(results, against);
  const isTraining = found.problem === null && found.trainings.length > 0;
  const values = await layerValues(results, order.checkpoints, category);
  return trendOf({ ...order, settings }, isTraining ? column : null, values, isTraining);
}

function columnAgainst(results: SweepResults, against: string | undefined): string | null {
  const columns = numberColumns(results);
  const chosen =
    against === undefined ? (columns.includes('loss') ? 'loss' : null) : metadataColumn(results, against);
  if (chosen === null || columns.includes(chosen)) return chosen;
  throw new UnknownNameError(
    `metadata column ${chosen}: expected numbers; numbers are in ${columns.join(', ') || 'none of them'}`,
  );
}

function trendOf(
  order: CheckpointOrder & Pick<SweepTrend, 'settings'>,
  against: string | null,
  found: readonly LayerValues[],
  isTraining = true,
): SweepTrend {
  const { checkpoints } = order;
  const column = checkpoints.map((checkpoint) => (against === null ? null : numberOf(checkpoint, against)));
  const layers = found.map((layer): LayerTrend => {
    const { values } = layer;
    const entropy = values.map((value) => value?.entropy ?? null);
    const both = checkpoints
      .map((_, i) => [entropy[i] ?? null, column[i] ?? null] as const)
      .filter((pair): pair is readonly [number, number] => pair[0] !== null && pair[1] !== null);
    const [x, y] = [both.map(([h]) => h), both.map(([, value]) => value)];
    const lags = laggedCorrelations(x, y, MOST_LAG);
    const bestLag = lags.reduce<(typeof lags)[number] | null>(
      (best, lag) => (best === null || Math.abs(lag.r) > Math.abs(best.r) ? lag : best),
      null,
    );
    const isTold = isTraining && settles(entropy);
    const place = isTold ? settledPlace(entropy) : null;
    return {
      ...layer,
      pearson: pearson(x, y),
      spearman: spearman(x, y),
      bestLag,
      lags,
      settled: place === null ? null : (checkpoints[place]?.label ?? null),
      settledStep: place === null ? null : (order.steps[place] ?? null),
      settles: isTold,
    };
  });
  return { ...order, against, column, layers };
}

function settles(entropy: readonly (number | null)[]): boolean {
  return (
    (entropy.at(-1) ?? null) !== null && entropy.filter((value) => value !== null).length >= FEWEST_SETTLED
  );
}

/** The place of the checkpoint from which mean H stays where it ends; null where fewer than LEAST_AFTER follow it. */
function settledPlace(entropy: readonly (number | null)[]): number | null {
  const known = entropy.filter((value) => value !== null);
  const end = entropy.at(-1) ?? 0;
  const near = (Math.max(...known) - Math.min(...known)) / 10;
  let from = entropy.length - 1;
  while (from > 0) {
    const before = entropy[from - 1] ?? null;
    if (before === null || Math.abs(before - end) > near) break;
    from--;
  }
  return from > entropy.length - 1 - LEAST_AFTER ? null : from;
}
