import { scatterChart, scatterText, type Scatter } from '@unitscope/plots';
import type { SweepResults } from '@unitscope/query';
import { entropyTitle } from './captions.js';
import type { Chart, ChartOptions } from './chart-options.js';
import { checkpointOf, unitRows } from './unit-rows.js';

/** Selective rate against H, one point a unit and category. */
export async function scatterOf(results: SweepResults, options: ChartOptions): Promise<Chart> {
  const checkpoint = checkpointOf(results, options);
  const { units, cells } = await unitRows(results, checkpoint, options);
  let [all, drawn] = [0, 0];
  const groups = new Map<string, { x: number; y: number }[]>();
  for (const { layer, from, to } of cells) {
    const points = groups.get(layer ?? '') ?? [];
    groups.set(layer ?? '', points);
    for (let row = from; row < to; row++) {
      all++;
      // A unit that is not sensitive has no H.
      if (units.sensitive[row] !== 1) continue;
      drawn++;
      points.push({ x: units.selective_rate[row] ?? 0, y: units.entropy[row] ?? 0 });
    }
  }
  const scatter: Scatter = {
    title: entropyTitle(results, `Selective rate and feature entropy, ${results.name}, ${checkpoint.label}`),
    subtitle: `One point a unit${options.category === undefined ? ' and category' : `, category ${options.category}`}; low ε and high H: little effective feature.${drawn === all ? '' : ` ${drawn} of ${all} are sensitive and drawn.`}`,
    xLabel: 'selective rate ε (share of images with a birth)',
    yLabel: 'feature entropy H (nats)',
    groups: [...groups].map(([name, points]) => ({ name, points })),
  };
  return { svg: () => scatterChart(scatter), text: (width) => scatterText(scatter, width) };
}
