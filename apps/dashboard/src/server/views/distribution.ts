import { spreadColumns } from '@unitscope/plots';
import { orderEnds, spreadRows } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** A ridge of more values than that looks the same drawn from so many quantiles. */
const MOST_VALUES = 2000;

/** How H is spread over the sensitive units of each layer, at one checkpoint or two: quantiles, mean, and values to draw. */
export async function distributionView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const { parameters } = context;
  const run = parameters.text('run');
  const { first, last } = orderEnds(results, run);
  const labels = new Set([parameters.text('a') ?? first.label, parameters.text('b') ?? last.label]);
  const found = await spreadRows(
    results,
    [...labels].map((label) => results.checkpoint(label)),
    { run, layer: parameters.text('layer'), category: parameters.text('category'), most: MOST_VALUES },
  );
  return rowsAnswer(spreadColumns, found);
}
