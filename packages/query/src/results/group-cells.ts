import type { BirthHistogram } from '@unitscope/entropy';
import type { CheckpointGroup } from '../checkpoints/checkpoint-group.js';
import { histogramAt } from '@unitscope/tasks';
import { cellsOf } from './restate-statistics.js';
import type { SweepResults } from './sweep-results.js';

/** One unit in one checkpoint over the images of one category. */
export interface UnitSample {
  /** The checkpoint's place in the sweep. */
  readonly checkpoint: number;
  readonly unit: number;
  readonly entropy: number;
  readonly sensitive: boolean;
  readonly images: number;
  readonly histogram: BirthHistogram;
}

/** The units of one layer over the images of one category, of all checkpoints of a group. */
export interface GroupCell {
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly category: string | null;
  readonly samples: readonly UnitSample[];
}

/** The cells of a group by layer and category, in the order of the tables. */
export async function groupCells(
  results: SweepResults,
  { checkpoints }: CheckpointGroup,
): Promise<Map<string, GroupCell>> {
  const cells = new Map<string, GroupCell & { samples: UnitSample[] }>();
  for (const checkpoint of checkpoints) {
    const units = await results.units(checkpoint);
    for (const { layer, layerIndex, category, from, to } of cellsOf(units)) {
      const key = JSON.stringify([layerIndex, layer, category]);
      let cell = cells.get(key);
      if (cell === undefined) cells.set(key, (cell = { layer, layerIndex, category, samples: [] }));
      for (let row = from; row < to; row++) {
        cell.samples.push({
          checkpoint: checkpoint.index,
          unit: units.unit[row] ?? 0,
          entropy: units.entropy[row] ?? NaN,
          sensitive: units.sensitive[row] === 1,
          images: units.images[row] ?? 0,
          histogram: histogramAt(units.birth_histogram, row),
        });
      }
    }
  }
  return cells;
}
