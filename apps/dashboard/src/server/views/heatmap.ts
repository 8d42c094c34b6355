import { valueRange } from '@unitscope/plots';
import { entropySql, runQuery, sqlText } from '@unitscope/query';
import { arrowTable } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';
import { isLabel } from './label-condition.js';

/** What a person can still tell apart on a screen. */
const MOST_COLUMNS = 100;
const MOST_ROWS = 100;

interface HeatRow {
  readonly unit: number;
  /** Mean H over the categories in which the unit is sensitive; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** H of each unit of a layer over the checkpoints: one row a unit, one value a checkpoint. */
export async function heatmapView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const { results, checkpoints, axis, shown } = await context.sampled('order', MOST_COLUMNS);
  const asked = parameters.whole('from', 0, 2 ** 31) ?? 0;
  const layer = parameters.required('layer');
  const category = parameters.text('category');
  const result = await runQuery(
    [results],
    `SELECT unit, checkpoint_index, avg(${entropySql(results.definition)}) AS entropy FROM units
     WHERE layer = ${sqlText(layer)}${isLabel('category', category)} GROUP BY unit, checkpoint_index`,
  );
  const columns = new Map(checkpoints.map(({ index }, i) => [index, i]));
  const rows = new Map<number, (number | null)[]>();
  for (const [unit, index, entropy] of result.rows()) {
    const column = columns.get(Number(index));
    if (column === undefined) continue;
    const values = rows.get(Number(unit)) ?? checkpoints.map(() => null);
    values[column] = typeof entropy === 'number' ? entropy : null;
    rows.set(Number(unit), values);
  }
  const all = [...rows].map(([unit, values]): HeatRow => ({ unit, values })).sort((a, b) => a.unit - b.unit);
  const chosen =
    parameters.text('order') === 'moved' ? [...all].sort((a, b) => movement(b) - movement(a)) : all;
  // Beyond the last page is the last page.
  const last = Math.max(0, Math.floor((all.length - 1) / MOST_ROWS) * MOST_ROWS);
  const from = asked < all.length ? asked : last;
  const body = arrowTable(
    chosen.slice(from, from + MOST_ROWS),
    { unit: ['whole', ({ unit }) => unit], values: ['numbers', ({ values }) => values] },
    {
      checkpoints: JSON.stringify(checkpoints.map(({ label }) => label)),
      shown,
      page: String(MOST_ROWS),
      from: String(from),
      // Pages of one layer have one scale.
      range: JSON.stringify(valueRange(all.map(({ values }) => values))),
      units: String(all.length),
      axis: axis ?? '',
    },
  );
  return { type: 'arrow', body, rows: all.length };
}

/** How far H goes over the checkpoints at which the unit has one: where it is dead it has none. */
function movement({ values }: HeatRow): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? -1 : Math.max(...known) - Math.min(...known);
}
