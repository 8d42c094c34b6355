import { textAt } from '@unitscope/tables';
import { compareText } from '@unitscope/base';
import { knownCells } from '../results/chosen-cells.js';
import { runQuery } from '../sql/run-query.js';
import { sqlText } from '../sql/sql-text.js';
import { FEWEST_UNITS } from '../comparison/layer-mean.js';
import type { AllLayersTable } from '../results/summaries.js';
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
  readonly values: readonly (TrendValue | null)[];
}

/** Takes what a row of layers/1 says of a layer at a checkpoint, by its place in the sweep. */
type AddValue = (checkpoint: number, layer: Omit<LayerValues, 'values'>, value: TrendValue) => void;

/** The layers of these checkpoints by depth: means over categories, or of one of them. Throws UnknownNameError. */
export async function layerValues(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  category?: string,
): Promise<LayerValues[]> {
  const layers = new Map<string, LayerValues & { readonly values: (TrendValue | null)[] }>();
  const places = new Map(checkpoints.map(({ index }, place) => [index, place]));
  const add: AddValue = (checkpoint, layer, value) => {
    const place = places.get(checkpoint);
    if (place === undefined) return;
    const key = `${layer.layerIndex} ${layer.layer}`;
    const entry = layers.get(key) ?? { ...layer, values: checkpoints.map(() => null) };
    layers.set(key, entry);
    entry.values[place] = value;
  };
  const isStored = results.restatement === null && results.definition === 'code';
  const all = isStored ? await results.allLayers() : null;
  if (all !== null) addRows(all, category, add, { at: all.checkpoint_index.values, among: places });
  else if (isStored) await addStored(results, category, add);
  else await addRestated(results, checkpoints, category, add);
  const [first] = checkpoints;
  if (layers.size === 0 && first !== undefined) await knownCells(results, first, { category });
  return [...layers.values()].sort(
    (a, b) => (a.layerIndex ?? 0) - (b.layerIndex ?? 0) || compareText(a.layer, b.layer),
  );
}

/** The columns of layers/1 that a trend is of: one that is renamed there is renamed here. */
const STORED = [
  'checkpoint_index',
  'layer',
  'layer_index',
  'map_size',
  'sensitive_units',
  'entropy_mean',
  'entropy_ci_low',
  'entropy_ci_high',
  'relative_entropy_mean',
  'relative_entropy_ci_low',
  'relative_entropy_ci_high',
  'selective_rate_mean',
] as const satisfies readonly (keyof LayersTable)[];

/** The rows as they are stored, by the SQL engine: thousands of small files are read faster so than one by one. */
async function addStored(results: SweepResults, category: string | undefined, add: AddValue): Promise<void> {
  const of =
    category === undefined ? "scope = 'all'" : `scope = 'category' AND category = ${sqlText(category)}`;
  const found = await runQuery([results], `SELECT ${STORED.join(', ')} FROM layers WHERE ${of}`);
  for (const row of found.records()) {
    const number = (name: (typeof STORED)[number]): number | null => {
      const value = row[name];
      return typeof value === 'number' ? value : null;
    };
    const layer = row['layer' satisfies (typeof STORED)[number]];
    add(
      number('checkpoint_index') ?? 0,
      {
        layer: typeof layer === 'string' ? layer : '',
        layerIndex: number('layer_index'),
        mapSize: number('map_size') ?? 0,
      },
      valueOf(number('sensitive_units') ?? 0, {
        entropy: number('entropy_mean'),
        low: number('entropy_ci_low'),
        high: number('entropy_ci_high'),
        relative: number('relative_entropy_mean'),
        relativeLow: number('relative_entropy_ci_low'),
        relativeHigh: number('relative_entropy_ci_high'),
        selectiveRate: number('selective_rate_mean'),
      }),
    );
  }
}

async function addRestated(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  category: string | undefined,
  add: AddValue,
): Promise<void> {
  let ahead: Promise<LayersTable>[] = [];
  for (const [i, checkpoint] of checkpoints.entries()) {
    // Many small files: some are read while one is looked at.
    if (i % AT_ONCE === 0) {
      ahead = checkpoints.slice(i, i + AT_ONCE).map((next) => results.layers(next));
      await Promise.all(ahead);
    }
    const table = await ahead[i % AT_ONCE];
    if (table !== undefined) addRows(table, category, add, { at: checkpoint.index });
  }
}

/** Where rows are: at one place of the sweep, or each at its own, and then the places that are wanted. */
interface RowPlaces {
  readonly at: number | Int32Array;
  readonly among?: ReadonlyMap<number, unknown>;
}

function addRows(
  table: AllLayersTable,
  category: string | undefined,
  add: AddValue,
  { at, among }: RowPlaces,
): void {
  const { codes, labels } = table.scope;
  const all = labels.indexOf('all');
  for (let row = 0; row < codes.length; row++) {
    const checkpoint = typeof at === 'number' ? at : (at[row] ?? 0);
    if (among?.has(checkpoint) === false) continue;
    const isWanted = category === undefined ? codes[row] === all : textAt(table.category, row) === category;
    if (isWanted) add(checkpoint, layerAt(table, row), valueAt(table, row));
  }
}

function layerAt(table: AllLayersTable, row: number): Omit<LayerValues, 'values'> {
  const { values, valid } = table.layer_index;
  return {
    layer: textAt(table.layer, row) ?? '',
    layerIndex: valid[row] === 1 ? (values[row] ?? null) : null,
    mapSize: table.map_size[row] ?? 0,
  };
}

function valueAt(table: AllLayersTable, row: number): TrendValue {
  const at = (column: AllLayersTable['entropy_mean']): number | null =>
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
