import { compareText } from '@unitscope/base';
import type { CellValue } from '../sql/query-result.js';
import { knownCells } from '../results/chosen-cells.js';
import { textAt } from '../results/restate-statistics.js';
import { runQuery } from '../sql/run-query.js';
import { FEWEST_UNITS } from '../comparison/layer-mean.js';
import type { SweepResults } from '../results/sweep-results.js';
import type { LayersTable, ResultCheckpoint } from '../results/result-tables.js';

const AT_ONCE = 16;

/**
 * A layer at one checkpoint: mean H over the units that have one, mean over categories; null where none has. Intervals are over units:
 * null where fewer than FEWEST_UNITS have one. H / noise is the code's.
 */
export interface TrendValue {
  readonly entropy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly relative: number | null;
  readonly relativeLow: number | null;
  readonly relativeHigh: number | null;
  readonly selectiveRate: number | null;
}

/** A layer over some checkpoints, in their order; null where it has no row. */
export interface LayerValues {
  readonly layer: string;
  readonly layerIndex: number | null;
  readonly mapSize: number;
  readonly values: (TrendValue | null)[];
}

/** The layers of these checkpoints by depth: means over categories, or of one of them. Throws UnknownNameError. */
export async function layerValues(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  category?: string,
): Promise<LayerValues[]> {
  const layers = new Map<string, LayerValues>();
  const places = new Map(checkpoints.map(({ index }, place) => [index, place]));
  const scope = category === undefined ? 'all' : 'category';
  const isStored = results.restatement === null && results.definition === 'code';
  const rows = isStored ? storedRows(results, scope) : restatedRows(results, checkpoints);
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
  const [first] = checkpoints;
  if (layers.size === 0 && first !== undefined) await knownCells(results, first, { category });
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
       entropy_ci_high, relative_entropy_mean, relative_entropy_ci_low, relative_entropy_ci_high, selective_rate_mean, sensitive_units
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
      value: valueOf(number(row[12]) ?? 0, {
        entropy: number(row[5]),
        low: number(row[6]),
        high: number(row[7]),
        relative: number(row[8]),
        relativeLow: number(row[9]),
        relativeHigh: number(row[10]),
        selectiveRate: number(row[11]),
      }),
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
  return valueOf(table.sensitive_units[row] ?? 0, {
    entropy: at(table.entropy_mean),
    low: at(table.entropy_ci_low),
    high: at(table.entropy_ci_high),
    relative: at(table.relative_entropy_mean),
    relativeLow: at(table.relative_entropy_ci_low),
    relativeHigh: at(table.relative_entropy_ci_high),
    selectiveRate: at(table.selective_rate_mean),
  });
}

/** Resamples of one unit are that unit: the interval of a few would be narrower than what is known. */
function valueOf(sensitiveUnits: number, value: TrendValue): TrendValue {
  if (sensitiveUnits >= FEWEST_UNITS) return value;
  return { ...value, low: null, high: null, relativeLow: null, relativeHigh: null };
}
