import { meanOf, quantile } from '@unitscope/base';
import { evenly } from '@unitscope/entropy';
import type { SpreadRow, SpreadRows } from '@unitscope/plots';
import { checkpointOrder } from '../checkpoints/checkpoint-order.js';
import { chosenCells, knownCells, type CellChoice, type ChosenCells } from '../results/chosen-cells.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';

export interface SpreadOptions extends CellChoice {
  /** Which training these checkpoints are of. */
  readonly run?: string | undefined;
  /** Of more values evenly spaced ones are given: a ridge looks the same drawn from so many quantiles. */
  readonly most?: number;
}

/** How H is spread over the sensitive units of each layer at these checkpoints. Throws UnknownNameError. */
export async function spreadRows(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  { run, most = Infinity, ...choice }: SpreadOptions = {},
): Promise<SpreadRows> {
  const rows: SpreadRow[] = [];
  for (const checkpoint of checkpoints)
    rows.push(...spreadsOf(checkpoint.label, await chosenCells(results, checkpoint, choice), most));
  const [first] = checkpoints;
  if (rows.length === 0 && first !== undefined) await knownCells(results, first, choice);
  const all = checkpointOrder(results, run).checkpoints.length;
  const shown = checkpoints.length === all ? String(all) : `${checkpoints.length} of ${all}`;
  return { rows, notes: { category: choice.category ?? null, shown } };
}

function spreadsOf(checkpoint: string, { units, cells }: ChosenCells, most: number): SpreadRow[] {
  const byLayer = Map.groupBy(cells, ({ layer }) => layer ?? '');
  return [...byLayer].map(([layer, own]) => {
    const values: number[] = [];
    for (const { from, to } of own)
      for (let row = from; row < to; row++)
        if (units.sensitive[row] === 1) values.push(units.entropy[row] ?? 0);
    const sorted = Float64Array.from(values).sort();
    return {
      checkpoint,
      layer,
      units: own.reduce((sum, { from, to }) => sum + to - from, 0),
      ...summaryOf(sorted),
      values: evenly(Array.from(sorted), most),
    };
  });
}

function summaryOf(sorted: Float64Array): Omit<SpreadRow, 'checkpoint' | 'layer' | 'units' | 'values'> {
  const at = (q: number): number | null => (sorted.length === 0 ? null : quantile(sorted, q));
  return {
    sensitive: sorted.length,
    cell_mean: sorted.length === 0 ? null : meanOf(sorted),
    q05: at(0.05),
    q25: at(0.25),
    q50: at(0.5),
    q75: at(0.75),
    q95: at(0.95),
  };
}
