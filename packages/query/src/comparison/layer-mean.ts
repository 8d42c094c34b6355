import type { LayerColumns } from '@unitscope/entropy';
import type { UnitSample } from '../results/group-cells.js';

/** Of fewer sensitive units there is neither an interval over them nor a test. */
export const FEWEST_UNITS = 5;

/** One layer in a group of checkpoints: its units by category. */
export type LayerCells = readonly (readonly UnitSample[])[];

/**
 * The mean entropy H of a layer, as docs/method.md defines it: over the sensitive units of a category, over categories, and
 * over checkpoints. With one checkpoint it is `entropy_mean` of layers/1. null where no unit is sensitive.
 */
export function layerMean(cells: LayerCells): number | null {
  return meanOf(
    checkpointsOf(cells).flatMap((checkpoint) => {
      const mean = meanOf(
        cells.flatMap((samples) => {
          const own = samples.filter((sample) => sample.checkpoint === checkpoint && sample.sensitive);
          return meanOf(own.map(({ entropy }) => entropy)) ?? [];
        }),
      );
      return mean ?? [];
    }),
  );
}

/** How many values that mean rests on: (unit, category, checkpoint) with a sensitive unit. */
export function cellsHeld(cells: LayerCells): number {
  return cells.reduce((sum, samples) => sum + samples.filter(({ sensitive }) => sensitive).length, 0);
}

/** What the bootstrap resamples: by checkpoint, one column a category, one value a unit. */
export function layerColumns(cells: LayerCells): LayerColumns[] {
  const units = [...new Set(cells.flat().map(({ unit }) => unit))].sort((a, b) => a - b);
  const places = new Map(units.map((unit, place) => [unit, place]));
  const columns = new Map(
    checkpointsOf(cells).map((checkpoint) => [
      checkpoint,
      cells.map(() => new Float64Array(units.length).fill(NaN)),
    ]),
  );
  for (const [category, samples] of cells.entries()) {
    for (const { checkpoint, unit, sensitive, entropy } of samples) {
      const column = columns.get(checkpoint)?.[category];
      if (sensitive && column !== undefined) column[places.get(unit) ?? 0] = entropy;
    }
  }
  return [...columns.values()];
}

function checkpointsOf(cells: LayerCells): number[] {
  return [...new Set(cells.flat().map(({ checkpoint }) => checkpoint))].sort((a, b) => a - b);
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
