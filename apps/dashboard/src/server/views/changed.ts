import { changedColumns } from '@unitscope/plots';
import { changedUnits, listedChanges } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** Of more checkpoints evenly spaced ones are looked at. */
const MOST_CHECKPOINTS = 200;
const MOST_UNITS = 1000;

/** The units of a training that died or awoke in a category: a unit may die in one and live in another. */
export async function changedView(context: ViewContext): Promise<ViewAnswer> {
  const { results, run, checkpoints, shown } = await context.summed('steps', MOST_CHECKPOINTS);
  const steps = [...checkpoints.keys()];
  const rows = listedChanges(await changedUnits(results, { run, checkpoints, steps }));
  return rowsAnswer(changedColumns, { rows, notes: { shown } }, { most: MOST_UNITS });
}
