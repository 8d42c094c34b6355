import { meanOf, quantile } from '@unitscope/base';
import { evenly } from '@unitscope/entropy';
import { cellsOf, orderEnds, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import { arrowTable } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** A ridge of more values than that looks the same drawn from so many quantiles. */
const MOST_VALUES = 2000;

interface Spread {
  readonly checkpoint: string;
  readonly layer: string;
  readonly sorted: Float64Array;
  readonly units: number;
}

/** How H is spread over the sensitive units of each layer, at one checkpoint or two: quantiles, mean, and values to draw. */
export async function distributionView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const { parameters } = context;
  const { first, last } = orderEnds(results, parameters.text('run'));
  const chosen = [parameters.text('a') ?? first.label, parameters.text('b') ?? last.label] as const;
  const spreads: Spread[] = [];
  for (const label of new Set(chosen)) {
    spreads.push(...(await spreadsOf(results, results.checkpoint(label), parameters.text('category'))));
  }
  const layer = parameters.text('layer');
  const rows = layer === undefined ? spreads : spreads.filter((spread) => spread.layer === layer);
  const body = arrowTable(
    rows,
    {
      checkpoint: ['text', ({ checkpoint }) => checkpoint],
      layer: ['text', (row) => row.layer],
      units: ['whole', ({ units }) => units],
      sensitive: ['whole', ({ sorted }) => sorted.length],
      cell_mean: ['number', ({ sorted }) => (sorted.length === 0 ? null : meanOf(sorted))],
      q05: ['number', quantileAt(0.05)],
      q25: ['number', quantileAt(0.25)],
      q50: ['number', quantileAt(0.5)],
      q75: ['number', quantileAt(0.75)],
      q95: ['number', quantileAt(0.95)],
      values: ['numbers', ({ sorted }) => evenly(Array.from(sorted), MOST_VALUES)],
    },
    { a: chosen[0], b: chosen[1] },
  );
  return { type: 'arrow', body };
}

async function spreadsOf(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  category: string | undefined,
): Promise<Spread[]> {
  const units = await results.units(checkpoint);
  const layers = new Map<string, { values: number[]; units: number }>();
  for (const cell of cellsOf(units)) {
    if (category !== undefined && cell.category !== category) continue;
    const layer = layers.get(cell.layer ?? '') ?? { values: [], units: 0 };
    layers.set(cell.layer ?? '', layer);
    layer.units += cell.to - cell.from;
    for (let row = cell.from; row < cell.to; row++) {
      if (units.sensitive[row] === 1) layer.values.push(units.entropy[row] ?? 0);
    }
  }
  return [...layers].map(([layer, { values, units: count }]) => ({
    checkpoint: checkpoint.label,
    layer,
    sorted: Float64Array.from(values).sort(),
    units: count,
  }));
}

/** null where there are no values. */
function quantileAt(q: number): (spread: Spread) => number | null {
  return ({ sorted }) => (sorted.length === 0 ? null : quantile(sorted, q));
}
