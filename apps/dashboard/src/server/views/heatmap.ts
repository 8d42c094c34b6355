import { heatColumns } from '@unitscope/plots';
import { heatRows } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** What a person can still tell apart on a screen. */
const MOST_COLUMNS = 100;

/** H of each unit of a layer over the checkpoints: one row a unit, one value a checkpoint. */
export async function heatmapView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const layer = parameters.required('layer');
  const { results, checkpoints, axis, shown } = await context.sampled('order', MOST_COLUMNS);
  const found = await heatRows(results, checkpoints, {
    ...{ layer, axis, shown },
    category: parameters.text('category'),
    order: parameters.text('order') === 'moved' ? 'moved' : 'number',
    from: parameters.whole('from') ?? 0,
  });
  return rowsAnswer(heatColumns, found, { of: found.notes.units });
}
