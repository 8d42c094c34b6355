import { heatmapChart, heatmapText, type Heatmap } from '@unitscope/plots';
import { sweepTrend, type SweepResults } from '@unitscope/query';
import { trainingSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart.js';
import { unitRows } from './unit-rows.js';

/** H of each unit of a layer over the checkpoints: mean over the categories in which it is sensitive. */
export async function heatmapOf(results: SweepResults, options: ChartOptions): Promise<Chart> {
  const { checkpoints, layers, axis, run } = await sweepTrend(results, { run: options.run });
  const layer = options.layer ?? layers.at(-1)?.layer;
  const rows = new Map<number, (number | null)[]>();
  for (const [i, checkpoint] of checkpoints.entries()) {
    const { units, cells } = await unitRows(results, checkpoint, { ...options, layer });
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
    for (const [unit, { sum, count }] of sums) {
      const values = rows.get(unit) ?? checkpoints.map(() => null);
      values[i] = count === 0 ? null : sum / count;
      rows.set(unit, values);
    }
  }
  const heatmap: Heatmap = {
    title: `Feature entropy of the units of ${layer ?? ''}, ${results.name}`,
    subtitle:
      (options.category === undefined
        ? 'Mean over the categories in which the unit is sensitive.'
        : `Category ${options.category}.`) + trainingSentence(results, run),
    label: 'nats',
    none: 'not sensitive',
    columns: checkpoints.map(({ label }) => label),
    columnLabel: axis === null ? 'checkpoint' : `checkpoint, by ${axis}`,
    rows: [...rows].sort(([a], [b]) => a - b).map(([unit, values]) => ({ name: String(unit), values })),
    rowLabel: 'unit',
  };
  return { svg: () => heatmapChart(heatmap), text: (width) => heatmapText(heatmap, width) };
}
