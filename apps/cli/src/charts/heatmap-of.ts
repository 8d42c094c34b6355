import { heatmapChart, heatmapText, type Heatmap } from '@unitscope/plots';
import { cellsOf, checkpointOrder, evenly, type SweepResults } from '@unitscope/query';
import { InputError } from '@unitscope/topology';
import { trainingSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart.js';
import { unitRows } from './unit-rows.js';

/** What a person can still tell apart. */
const MOST_COLUMNS = 100;
const MOST_ROWS = 100;

/** H of each unit of a layer over the checkpoints: mean over the categories in which it is sensitive. */
export async function heatmapOf(results: SweepResults, options: ChartOptions): Promise<Chart> {
  const { checkpoints: ordered, axis, run } = checkpointOrder(results, options.run);
  const checkpoints = evenly(ordered, MOST_COLUMNS);
  const [first] = checkpoints;
  const layer =
    options.layer ??
    (first === undefined ? undefined : (cellsOf(await results.units(first)).at(-1)?.layer ?? undefined));
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
  const all = [...rows].sort(([a], [b]) => a - b);
  const from = ((options.page ?? 1) - 1) * MOST_ROWS;
  const shown = all.slice(from, from + MOST_ROWS);
  if (shown.length === 0)
    throw new NoSuchPageError(
      `${layer ?? ''} has ${all.length} units: expected a page from 1 to ${Math.ceil(all.length / MOST_ROWS)}`,
    );
  const parts = [
    ...(shown.length === all.length
      ? []
      : [`Units ${from + 1} to ${from + shown.length} of ${all.length} (--page).`]),
    ...(checkpoints.length === ordered.length
      ? []
      : [`${checkpoints.length} of ${ordered.length} checkpoints, evenly spaced.`]),
  ];
  const heatmap: Heatmap = {
    title: `Feature entropy of the units of ${layer ?? ''}, ${results.name}`,
    subtitle:
      (options.category === undefined
        ? 'Mean over the categories in which the unit is sensitive.'
        : `Category ${options.category}.`) +
      trainingSentence(results, run) +
      parts.map((part) => ` ${part}`).join(''),
    label: 'nats',
    none: 'not sensitive',
    columns: checkpoints.map(({ label }) => label),
    columnLabel: axis === null ? 'checkpoint' : `checkpoint, by ${axis}`,
    rows: shown.map(([unit, values]) => ({ name: String(unit), values })),
    rowLabel: 'unit',
  };
  return { svg: () => heatmapChart(heatmap), text: (width) => heatmapText(heatmap, width) };
}

class NoSuchPageError extends InputError {
  readonly code = 'PAGE_NONE';
}
