import { changedUnits, listedChanges, type ListedChange } from '@unitscope/query';
import { arrowTable } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** Of more checkpoints evenly spaced ones are looked at. */
const MOST_CHECKPOINTS = 200;
const MOST_UNITS = 1000;

/** One row a unit and category, and what became of it. */
export const CHANGED_COLUMNS = {
  layer: ['text', ({ layer }: ListedChange) => layer],
  category: ['text', ({ category }: ListedChange) => category],
  unit: ['whole', ({ unit }: ListedChange) => unit],
  change: ['text', ({ change }: ListedChange) => change],
} as const;

/** The units of a training that died or awoke in a category: a unit may die in one and live in another. */
export async function changedView(context: ViewContext): Promise<ViewAnswer> {
  const { results, checkpoints, shown } = await context.sampled('steps', MOST_CHECKPOINTS);
  const steps = [...checkpoints.keys()];
  const found = await changedUnits(results, { run: null, checkpoints, steps });
  const rows = listedChanges(found);
  const body = arrowTable(rows.slice(0, MOST_UNITS), CHANGED_COLUMNS, {
    died: String(found.died.length),
    awoke: String(found.awoke.length),
    shown,
  });
  return { type: 'arrow', body, rows: rows.length };
}
