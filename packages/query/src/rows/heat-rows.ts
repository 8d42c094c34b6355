import { valueRange, type HeatNotes, type HeatRow, type HeatRows } from '@unitscope/plots';
import { chosenCells, knownCells, type CellChoice } from '../results/chosen-cells.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';
import { entropySql } from '../results/definition.js';
import { runQuery } from '../sql/run-query.js';
import { sqlText } from '../sql/sql-text.js';

/** What a person can still tell apart. */
export const HEAT_PAGE = 100;

export interface HeatOptions extends CellChoice, Partial<Pick<HeatNotes, 'order' | 'from' | 'shown'>> {
  readonly layer: string;
  readonly axis: string | null;
}

/**
 * H of the units of a layer at each of these checkpoints that has it, a page of them: mean over the categories in which the
 * unit has one. Beyond the last page is the last page. Throws UnknownNameError.
 */
export async function heatRows(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  { layer, category, axis, order = 'number', from: asked = 0, shown }: HeatOptions,
): Promise<HeatRows> {
  const { columns, all } = await unitMeans(results, checkpoints, { layer, category });
  const [first] = checkpoints;
  // Where no checkpoint has it, its name is wrong: said with the names that are there.
  if (columns.length === 0 && first !== undefined) await knownCells(results, first, { layer, category });
  const ordered = all.toSorted((a, b) => a.unit - b.unit);
  if (order === 'moved') ordered.sort((a, b) => movement(b) - movement(a));
  const last = Math.max(0, Math.floor((all.length - 1) / HEAT_PAGE) * HEAT_PAGE);
  const from = asked < all.length ? asked : last;
  return {
    rows: ordered.slice(from, from + HEAT_PAGE),
    notes: {
      ...{ layer, axis, order, from },
      category: category ?? null,
      checkpoints: columns.map(({ label }) => label),
      shown: shown ?? String(checkpoints.length),
      looked: checkpoints.length,
      page: HEAT_PAGE,
      units: all.length,
      // Pages of one layer have one scale.
      range: valueRange(all.map(({ values }) => values)),
    },
  };
}

interface UnitMeans {
  /** The checkpoints that have the layer. */
  readonly columns: readonly ResultCheckpoint[];
  readonly all: readonly MeanRow[];
}

/** A unit, and its H at each of the columns. */
interface MeanRow extends HeatRow {
  readonly values: readonly (number | null)[];
}

/** A unit at a checkpoint, by its place among them; null: it has no H there. */
type UnitMean = readonly [unit: number, place: number, entropy: number | null];

async function unitMeans(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  choice: HeatChoice,
): Promise<UnitMeans> {
  const found: UnitMean[] = await (results.definition === 'code' ? askedMeans : statedMeans)(
    results,
    checkpoints,
    choice,
  );
  const places = [...new Set(found.map(([, place]) => place))].sort((a, b) => a - b);
  const columnOf = new Map(places.map((place, column) => [place, column]));
  const rows = new Map<number, (number | null)[]>();
  for (const [unit, place, entropy] of found) {
    const values = rows.get(unit) ?? places.map(() => null);
    values[columnOf.get(place) ?? 0] = entropy;
    rows.set(unit, values);
  }
  return {
    columns: places.flatMap((place) => checkpoints[place] ?? []),
    all: [...rows].map(([unit, values]) => ({ unit, values })),
  };
}

type HeatChoice = CellChoice & { readonly layer: string };

/** By the SQL engine, which reads two columns of the tables. */
async function askedMeans(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  { layer, category }: HeatChoice,
): Promise<UnitMean[]> {
  const one = category === undefined ? '' : ` AND category = ${sqlText(category)}`;
  const found = await runQuery(
    [results.only(checkpoints)],
    `SELECT unit, checkpoint_index, avg(${entropySql(results.definition)}) AS entropy FROM units
     WHERE layer = ${sqlText(layer)}${one} GROUP BY unit, checkpoint_index`,
  );
  const places = new Map(checkpoints.map(({ index }, place) => [index, place]));
  return found.rows().flatMap(([unit, index, entropy]): UnitMean[] => {
    const place = places.get(Number(index));
    return place === undefined ? [] : [[Number(unit), place, typeof entropy === 'number' ? entropy : null]];
  });
}

/** From the tables as they are stated: those of an earlier version have no column of the paper's H. */
async function statedMeans(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  choice: HeatChoice,
): Promise<UnitMean[]> {
  const means: UnitMean[] = [];
  for (const [place, checkpoint] of checkpoints.entries()) {
    const { units, cells } = await chosenCells(results, checkpoint, choice);
    const sums = new Map<number, { sum: number; count: number }>();
    for (const { from, to } of cells) {
      for (let row = from; row < to; row++) {
        const unit = units.unit[row] ?? 0;
        const entry = sums.get(unit) ?? { sum: 0, count: 0 };
        sums.set(unit, entry);
        if (units.sensitive[row] !== 1) continue;
        entry.sum += units.entropy[row] ?? 0;
        entry.count++;
      }
    }
    for (const [unit, { sum, count }] of sums) means.push([unit, place, count === 0 ? null : sum / count]);
  }
  return means;
}

/** How far H goes over the checkpoints at which the unit has one: where it is dead it has none. */
function movement({ values }: MeanRow): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? -1 : Math.max(...known) - Math.min(...known);
}
