import { networkColumns } from '@unitscope/plots';
import { orderEnds, sweepTrend } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** The layers of a checkpoint in the order of the graph, with the size of their maps and their H; left out: of the last one. */
export async function networkView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const [label, run] = [parameters.text('checkpoint'), parameters.text('run')];
  const checkpoint = label === undefined ? orderEnds(results, run).last : results.checkpoint(label);
  const category = parameters.text('category');
  const { layers } = await sweepTrend(results.only([checkpoint]), { category });
  const rows = layers.map(({ layer, mapSize, values }) => ({
    ...{ layer, map_size: mapSize },
    ...{ entropy: values[0]?.entropy ?? null, relative: values[0]?.relative ?? null },
  }));
  return rowsAnswer(networkColumns, { rows, notes: { checkpoint: checkpoint.label } });
}
