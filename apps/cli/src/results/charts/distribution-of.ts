import { distributionChart, distributionText, type Distribution } from '@unitscope/plots';
import { checkpointOrder, orderEnds, type SweepResults } from '@unitscope/query';
import { entropyTitle, shownSentence, trainingSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart-options.js';
import { checkpointOf, unitRows } from './unit-rows.js';

/** How H is spread over a layer's sensitive units: the first and the last checkpoint, or the one asked for. */
export async function distributionOf(results: SweepResults, options: ChartOptions): Promise<Chart> {
  const order = checkpointOrder(results, options.run);
  const { first } = orderEnds(results, options.run);
  const last = checkpointOf(results, options);
  const both = options.checkpoint === undefined && first !== last ? [first, last] : [last];
  const layers: string[] = [];
  const groups: Distribution['groups'][number][] = [];
  for (const checkpoint of both) {
    const { units, cells } = await unitRows(results, checkpoint, options);
    const values = new Map<string, number[]>();
    for (const { layer, from, to } of cells) {
      const name = layer ?? '';
      if (!layers.includes(name)) layers.push(name);
      const found = values.get(name) ?? [];
      values.set(name, found);
      for (let row = from; row < to; row++)
        if (units.sensitive[row] === 1) found.push(units.entropy[row] ?? 0);
    }
    groups.push({
      name: checkpoint.label,
      values: [...values].map(([layer, found]) => ({ layer, values: found })),
    });
  }
  const distribution: Distribution = {
    title: entropyTitle(results, `Distribution of feature entropy by layer, ${results.name}`),
    subtitle:
      `${results.definition === 'code' ? 'Sensitive' : 'All'} units, ${options.category === undefined ? 'one value a unit and category' : `category ${options.category}`}; ` +
      'smoothed (Gaussian kernel), every ridge with the same area; the deepest layer at the bottom.' +
      trainingSentence(results, order.run) +
      shownSentence(both.length, order.checkpoints.length),
    label: 'feature entropy H (nats)',
    layers,
    groups,
  };
  return {
    svg: () => distributionChart(distribution),
    text: (width) => distributionText(distribution, width),
  };
}
