import { laggedCorrelations, pearson, spearman, type Correlation } from '@unitscope/entropy';
import { compareText } from '@unitscope/plan';
import { sweepStatus } from '@unitscope/tasks';
import { metadataColumn } from './checkpoint-group.js';
import {
  checkpointOrder,
  numberColumns,
  numberOf,
  resultTrainings,
  trainingNamed,
  type CheckpointOrder,
  type ResultTraining,
} from './checkpoint-order.js';
import { UnknownNameError } from './errors.js';
import type { CellValue } from './query-result.js';
import { textAt } from './restate-statistics.js';
import { runQuery } from './run-query.js';
import type { LayersTable, ResultCheckpoint, SweepResults } from './sweep-results.js';
import { overRuns, type LayerOverRuns } from './trainings/over-runs.js';
import { verdictOf, type Verdict } from './trainings/verdict.js';

/** A layer at one checkpoint: mean H over its sensitive units, mean over categories; null where none is sensitive. */
export interface TrendValue {
  readonly entropy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly relative: number | null;
  readonly relativeLow: number | null;
  readonly relativeHigh: number | null;
  readonly selectiveRate: number | null;
}

export interface LayerTrend {
  readonly layer: string;
  readonly layerIndex: number | null;
  readonly mapSize: number;
  /** One a checkpoint, in the order of the trend. */
  readonly values: readonly (TrendValue | null)[];
  /** Of mean H with the metadata column, over the checkpoints that have both. */
  readonly pearson: Correlation | null;
  readonly spearman: Correlation | null;
  /** Of H at one checkpoint with the column so many checkpoints later; the strongest of them, and all. */
  readonly bestLag: { readonly lag: number; readonly r: number; readonly n: number } | null;
  readonly lags: readonly { readonly lag: number; readonly r: number; readonly n: number }[];
  /** The checkpoint from which mean H stays within a tenth of its range of where it ends; null: it did not settle. */
  readonly settled: string | null;
}

/** The layers over one training. */
export interface SweepTrend extends CheckpointOrder {
  /** The metadata that does not change along it. */
  readonly settings: ResultTraining['settings'];
  readonly against: string | null;
  readonly column: readonly (number | null)[];
  readonly layers: readonly LayerTrend[];
  readonly lastLayers: readonly string[];
}

/** The trainings of a sweep, each by itself, and what they come to. */
export interface SweepTrends {
  readonly axis: string | null;
  readonly runColumns: readonly string[];
  readonly against: string | null;
  readonly trainings: readonly SweepTrend[];
  /** Labels of checkpoints without a step: they are in nothing of this. */
  readonly unplaced: readonly string[];
  /** Why the trainings cannot be told apart. */
  readonly problem: string | null;
  readonly layers: readonly LayerOverRuns[];
  readonly verdict: Verdict;
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
const LAST_SHARE = 4;
const AT_ONCE = 16;
/** Curves of fewer points settle nowhere. */
const FEWEST_SETTLED = 3;

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
    problem: found.problem,
    layers: overRuns(trainings),
    verdict: verdictOf(trainings, found.runColumns, await openWords(results)),
  };
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
  const layers = found.map(({ layer, layerIndex, mapSize, values }): LayerTrend => {
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
    return {
      layer,
      layerIndex,
      mapSize,
      values,
      pearson: pearson(x, y),
      spearman: spearman(x, y),
      bestLag,
      lags,
      settled: isTraining ? settled(checkpoints, entropy) : null,
    };
  });
  const last = layers.slice(-Math.max(1, Math.round(layers.length / LAST_SHARE)));
  return { ...order, against, column, layers, lastLayers: last.map(({ layer }) => layer) };
}

/** Why nothing is to be concluded yet; null where the sweep holds all its cells. */
async function openWords({ store, name }: SweepResults): Promise<string | null> {
  const { state, failures } = await sweepStatus(store, name);
  if (state === 'complete') return null;
  if (state === 'running' || state === 'paused' || state === 'planned') return `the sweep is ${state}`;
  return failures > 0 ? 'some of its tasks failed' : `the sweep is ${state}`;
}

/** The checkpoint from which mean H stays within a tenth of its range of where it ends; null where that is the last one. */
function settled(
  checkpoints: readonly ResultCheckpoint[],
  entropy: readonly (number | null)[],
): string | null {
  const known = entropy.filter((value) => value !== null);
  const end = entropy.at(-1) ?? null;
  if (end === null || known.length < FEWEST_SETTLED) return null;
  const near = (Math.max(...known) - Math.min(...known)) / 10;
  let from = entropy.length - 1;
  while (from > 0) {
    const before = entropy[from - 1] ?? null;
    if (before === null || Math.abs(before - end) > near) break;
    from--;
  }
  return from === entropy.length - 1 ? null : (checkpoints[from]?.label ?? null);
}

interface LayerValues {
  readonly layer: string;
  readonly layerIndex: number | null;
  readonly mapSize: number;
  readonly values: (TrendValue | null)[];
}

async function layerValues(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  category: string | undefined,
): Promise<LayerValues[]> {
  const layers = new Map<string, LayerValues>();
  const places = new Map(checkpoints.map(({ index }, place) => [index, place]));
  const scope = category === undefined ? 'all' : 'category';
  const rows = results.restatement === null ? storedRows(results, scope) : restatedRows(results, checkpoints);
  for await (const row of rows) {
    const place = places.get(row.checkpoint);
    if (place === undefined || row.scope !== scope) continue;
    if (category !== undefined && row.category !== category) continue;
    const { layer, layerIndex, mapSize } = row;
    const key = JSON.stringify([layerIndex, layer]);
    let entry = layers.get(key);
    if (entry === undefined) {
      entry = { layer, layerIndex, mapSize, values: checkpoints.map(() => null) };
      layers.set(key, entry);
    }
    entry.values[place] = row.value;
  }
  return [...layers.values()].sort(
    (a, b) => (a.layerIndex ?? 0) - (b.layerIndex ?? 0) || compareText(a.layer, b.layer),
  );
}

/** The mean over categories, or one of them. */
type Scope = 'all' | 'category';

/** A row of layers/1, as far as a trend needs it. */
interface LayerRow {
  /** Its place in the sweep. */
  readonly checkpoint: number;
  readonly layer: string;
  readonly layerIndex: number | null;
  readonly mapSize: number;
  readonly scope: Scope;
  readonly category: string | null;
  readonly value: TrendValue;
}

/** The rows as they are stored, by the SQL engine: thousands of small files are read faster so than one by one. */
async function* storedRows(results: SweepResults, scope: Scope): AsyncGenerator<LayerRow> {
  const found = await runQuery(
    [results],
    `SELECT checkpoint_index, layer, layer_index, map_size, category, entropy_mean, entropy_ci_low,
       entropy_ci_high, relative_entropy_mean, relative_entropy_ci_low, relative_entropy_ci_high, selective_rate_mean
     FROM layers WHERE scope = '${scope}'`,
  );
  const number = (value: CellValue | undefined): number | null => (typeof value === 'number' ? value : null);
  const text = (value: CellValue | undefined): string | null => (typeof value === 'string' ? value : null);
  for (const row of found.rows()) {
    yield {
      checkpoint: number(row[0]) ?? 0,
      layer: text(row[1]) ?? '',
      layerIndex: number(row[2]),
      mapSize: number(row[3]) ?? 0,
      scope,
      category: text(row[4]),
      value: {
        entropy: number(row[5]),
        low: number(row[6]),
        high: number(row[7]),
        relative: number(row[8]),
        relativeLow: number(row[9]),
        relativeHigh: number(row[10]),
        selectiveRate: number(row[11]),
      },
    };
  }
}

async function* restatedRows(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
): AsyncGenerator<LayerRow> {
  let ahead: Promise<LayersTable>[] = [];
  for (const [i, checkpoint] of checkpoints.entries()) {
    // Many small files: some are read while one is looked at.
    if (i % AT_ONCE === 0) {
      ahead = checkpoints.slice(i, i + AT_ONCE).map((next) => results.layers(next));
      await Promise.all(ahead);
    }
    const table = await ahead[i % AT_ONCE];
    if (table === undefined) continue;
    const { codes, labels } = table.scope;
    for (const [row, code] of codes.entries()) {
      yield {
        checkpoint: checkpoint.index,
        layer: textAt(table.layer, row) ?? '',
        layerIndex: table.layer_index.valid[row] === 1 ? (table.layer_index.values[row] ?? null) : null,
        mapSize: table.map_size[row] ?? 0,
        scope: labels[code] === 'all' ? 'all' : 'category',
        category: textAt(table.category, row),
        value: valueAt(table, row),
      };
    }
  }
}

function valueAt(table: LayersTable, row: number): TrendValue {
  const at = (column: LayersTable['entropy_mean']): number | null =>
    column.valid[row] === 1 ? (column.values[row] ?? null) : null;
  return {
    entropy: at(table.entropy_mean),
    low: at(table.entropy_ci_low),
    high: at(table.entropy_ci_high),
    relative: at(table.relative_entropy_mean),
    relativeLow: at(table.relative_entropy_ci_low),
    relativeHigh: at(table.relative_entropy_ci_high),
    selectiveRate: at(table.selective_rate_mean),
  };
}
