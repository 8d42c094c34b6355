import { checkpointOrder, runQuery, sqlText } from '@unitscope/query';
import { arrowTable } from '../arrow-table.js';
import { evenly, shownOf, type ViewAnswer, type ViewContext } from '../view-request.js';
import { isLabel } from './label-condition.js';

/** What a person can still tell apart on a screen. */
const MOST_COLUMNS = 100;
const MOST_ROWS = 200;

interface HeatRow {
  readonly unit: number;
  /** Mean H over the categories in which the unit is sensitive; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** H of each unit of a layer over the checkpoints: one row a unit, one value a checkpoint. */
export async function heatmapView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const whole = await context.affordable();
  const { checkpoints: ordered, axis } = checkpointOrder(whole, parameters.text('run'));
  const shown = evenly(ordered, MOST_COLUMNS);
  const layer = parameters.required('layer');
  const category = parameters.text('category');
  const result = await runQuery(
    [whole.only(shown)],
    `SELECT unit, checkpoint_index, avg(CASE WHEN sensitive THEN entropy END) AS entropy FROM units
     WHERE layer = ${sqlText(layer)}${isLabel('category', category)} GROUP BY unit, checkpoint_index`,
  );
  const columns = new Map(shown.map(({ index }, i) => [index, i]));
  const rows = new Map<number, (number | null)[]>();
  for (const [unit, index, entropy] of result.rows()) {
    const column = columns.get(Number(index));
    if (column === undefined) continue;
    const values = rows.get(Number(unit)) ?? shown.map(() => null);
    values[column] = typeof entropy === 'number' ? entropy : null;
    rows.set(Number(unit), values);
  }
  const all = [...rows].map(([unit, values]): HeatRow => ({ unit, values })).sort((a, b) => a.unit - b.unit);
  const chosen =
    parameters.text('order') === 'moved' ? [...all].sort((a, b) => movement(b) - movement(a)) : all;
  const body = arrowTable(
    chosen.slice(0, MOST_ROWS),
    { unit: ['whole', ({ unit }) => unit], values: ['numbers', ({ values }) => values] },
    {
      checkpoints: JSON.stringify(shown.map(({ label }) => label)),
      shown: shownOf(shown, ordered),
      units: String(all.length),
      axis: axis ?? '',
    },
  );
  return { type: 'arrow', body, rows: all.length };
}

/** How far H goes over the checkpoints; a unit that dies or awakes comes first. */
function movement({ values }: HeatRow): number {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return -1;
  const range = Math.max(...known) - Math.min(...known);
  return range + (known.length < values.length ? 100 : 0);
}
