import { heatmapChart, heatmapText, valueRange, type Heatmap } from '@unitscope/plots';
import { evenly } from '@unitscope/entropy';
import {
  cellsOf,
  checkpointOrder,
  type ResultCheckpoint,
  type SweepResults,
  type UnitCell,
} from '@unitscope/query';
import { InputError } from '@unitscope/base';
import { entropyTitle, trainingSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart-options.js';
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
  const { columns, rows } = await entropies(results, checkpoints, layer, options.category);
  // Where no checkpoint has it, its name is wrong: said with the names that are there.
  if (columns.length === 0 && first !== undefined) await unitRows(results, first, { ...options, layer });
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
      : [
          `Units ${shown[0]?.[0] ?? ''} to ${shown.at(-1)?.[0] ?? ''}, ${shown.length} of ${all.length} (--page); the scale is that of all.`,
        ]),
    ...(checkpoints.length === ordered.length
      ? []
      : [`${checkpoints.length} of ${ordered.length} checkpoints, evenly spaced.`]),
    ...(columns.length === checkpoints.length
      ? []
      : [`${columns.length} of ${checkpoints.length} checkpoints have the layer.`]),
  ];
  const heatmap: Heatmap = {
    title: entropyTitle(results, `Feature entropy of the units of ${layer ?? ''}, ${results.name}`),
    subtitle:
      (options.category === undefined
        ? `Mean over the categories${results.definition === 'code' ? ' in which the unit is sensitive' : ''}.`
        : `Category ${options.category}.`) +
      trainingSentence(results, run) +
      parts.map((part) => ` ${part}`).join(''),
    label: 'nats',
    none: 'not sensitive',
    // Pages of one layer have one scale.
    range: valueRange(all.map(([, values]) => values)),
    columns: columns.map(({ label }) => label),
    columnLabel: axis === null ? 'checkpoint' : `checkpoint, by ${axis}`,
    rows: shown.map(([unit, values]) => ({
      name: String(unit),
      values: columns.map((_, i) => values[i] ?? null),
    })),
    rowLabel: 'unit',
  };
  return { svg: () => heatmapChart(heatmap), text: (width) => heatmapText(heatmap, width) };
}

interface Entropies {
  /** The checkpoints that have the layer. */
  readonly columns: readonly ResultCheckpoint[];
  /** By unit: H at each of them; null, or none: not sensitive. */
  readonly rows: ReadonlyMap<number, readonly (number | null)[]>;
}

async function entropies(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  layer: string | undefined,
  category: string | undefined,
): Promise<Entropies> {
  const rows = new Map<number, (number | null)[]>();
  const columns: ResultCheckpoint[] = [];
  for (const checkpoint of checkpoints) {
    const units = await results.units(checkpoint);
    // Networks that are not of one training may lack the layer.
    const cells = cellsOf(units).filter((cell) => cell.layer === layer && isOf(cell, category));
    if (cells.length === 0) continue;
    const column = columns.push(checkpoint) - 1;
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
      const values = rows.get(unit) ?? [];
      values[column] = count === 0 ? null : sum / count;
      rows.set(unit, values);
    }
  }
  return { columns, rows };
}

function isOf({ category }: UnitCell, wanted: string | undefined): boolean {
  return wanted === undefined || category === wanted;
}

class NoSuchPageError extends InputError {
  readonly code = 'PAGE_NONE';
}
