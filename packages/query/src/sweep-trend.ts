import { laggedCorrelations, pearson, spearman, type Correlation } from '@unitscope/entropy';
import { compareText } from '@unitscope/plan';
import { metadataColumn } from './checkpoint-group.js';
import { checkpointOrder, numberColumns, numberOf, type CheckpointOrder } from './checkpoint-order.js';
import { UnknownNameError } from './errors.js';
import type { CellValue } from './query-result.js';
import { textAt } from './restate-statistics.js';
import { runQuery } from './run-query.js';
import type { LayersTable, ResultCheckpoint, SweepResults } from './sweep-results.js';

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
  /** The checkpoint from which mean H stays within a tenth of its range of where it ends. */
  readonly settled: string | null;
}

/** A checkpoint's place by the mean H / H of noise of its last layers on the images that were measured, lowest first. */
export interface Generalisation {
  readonly checkpoint: string;
  readonly score: number;
  /** Whether it fits its training set as well as the best: accuracy within 0.02, or loss within 10 % and 0.02. */
  readonly comparable: boolean | null;
}

export interface SweepTrend extends CheckpointOrder {
  readonly against: string | null;
  readonly column: readonly (number | null)[];
  readonly layers: readonly LayerTrend[];
  readonly lastLayers: readonly string[];
  readonly generalisation: readonly Generalisation[];
}

const MOST_LAG = 3;
const LAST_SHARE = 4;
const AT_ONCE = 16;

/**
 * The layers of a sweep over its checkpoints, against a metadata column (`loss` where it is left out and there); means
 * over categories, or of one category. Throws UnknownNameError for a column that is not there or holds no numbers.
 */
export async function sweepTrend(
  results: SweepResults,
  against?: string,
  category?: string,
): Promise<SweepTrend> {
  const columns = numberColumns(results);
  const order = checkpointOrder(results);
  const { checkpoints } = order;
  const chosen =
    against === undefined ? (columns.includes('loss') ? 'loss' : null) : metadataColumn(results, against);
  if (chosen !== null && !columns.includes(chosen)) {
    throw new UnknownNameError(
      `metadata column ${chosen}: expected numbers; numbers are in ${columns.join(', ') || 'none of them'}`,
    );
  }
  const column = checkpoints.map((checkpoint) => (chosen === null ? null : numberOf(checkpoint, chosen)));
  const layers: LayerTrend[] = [];
  for (const { layer, layerIndex, mapSize, values } of await layerValues(results, checkpoints, category)) {
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
    layers.push({
      layer,
      layerIndex,
      mapSize,
      values,
      pearson: pearson(x, y),
      spearman: spearman(x, y),
      bestLag,
      lags,
      settled: settled(checkpoints, entropy),
    });
  }
  const last = layers.slice(-Math.max(1, Math.round(layers.length / LAST_SHARE)));
  return {
    ...order,
    against: chosen,
    column,
    layers,
    lastLayers: last.map(({ layer }) => layer),
    generalisation: generalisation(checkpoints, last),
  };
}

function generalisation(
  checkpoints: readonly ResultCheckpoint[],
  last: readonly LayerTrend[],
): Generalisation[] {
  const fits = fit(checkpoints);
  return checkpoints
    .flatMap((checkpoint, i): Generalisation[] => {
      const values = last.map(({ values }) => values[i]?.relative ?? null);
      if (values.length === 0 || values.includes(null)) return [];
      const score = values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
      return [{ checkpoint: checkpoint.label, score, comparable: fits(checkpoint) }];
    })
    .sort((a, b) => a.score - b.score);
}

/** Whether a checkpoint fits its training set as well as the best does; null where nothing tells. */
function fit(checkpoints: readonly ResultCheckpoint[]): (checkpoint: ResultCheckpoint) => boolean | null {
  for (const [name, best, near] of [
    ['accuracy', Math.max, (value: number, top: number) => value >= top - 0.02],
    ['loss', Math.min, (value: number, least: number) => value <= Math.max(least * 1.1, least + 0.02)],
  ] as const) {
    const known = checkpoints.flatMap((checkpoint) => numberOf(checkpoint, name) ?? []);
    if (known.length === 0) continue;
    const reached = best(...known);
    return (checkpoint) => {
      const value = numberOf(checkpoint, name);
      return value === null ? null : near(value, reached);
    };
  }
  return () => null;
}

function settled(
  checkpoints: readonly ResultCheckpoint[],
  entropy: readonly (number | null)[],
): string | null {
  const known = entropy.filter((value) => value !== null);
  const end = known.at(-1);
  if (end === undefined || known.length < 3) return null;
  const near = (Math.max(...known) - Math.min(...known)) / 10;
  let from = entropy.length - 1;
  while (from > 0 && Math.abs((entropy[from - 1] ?? end) - end) <= near) from--;
  return checkpoints[from]?.label ?? null;
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
