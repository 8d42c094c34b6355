import type { BirthRows, ScatterRow, ScatterRows } from '@unitscope/plots';
import { histogramAt } from '@unitscope/tasks';
import { UnknownNameError } from '../errors.js';
import { knownCells, type CellChoice } from '../results/chosen-cells.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';

/** The sensitive units of a checkpoint, one row a unit and category: a unit that is not has no H. Throws UnknownNameError. */
export async function scatterRows(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  choice: CellChoice = {},
): Promise<ScatterRows> {
  const { units, cells } = await knownCells(results, checkpoint, choice);
  const rows: ScatterRow[] = [];
  for (const { layer, from, to } of cells) {
    for (let row = from; row < to; row++) {
      if (units.sensitive[row] !== 1) continue;
      const selectiveRate = units.selective_rate[row] ?? 0;
      rows.push({ layer: layer ?? '', selective_rate: selectiveRate, entropy: units.entropy[row] ?? 0 });
    }
  }
  const all = cells.reduce((sum, { from, to }) => sum + to - from, 0);
  return { rows, notes: { checkpoint: checkpoint.label, category: choice.category ?? null, units: all } };
}

export interface UnitChoice extends CellChoice {
  readonly layer: string;
  readonly unit: number;
}

/** How many images of a unit have each birth, over one category or all. Throws UnknownNameError. */
export async function birthRows(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  { layer, category, unit }: UnitChoice,
): Promise<BirthRows> {
  const { units, cells } = await knownCells(results, checkpoint, { layer, category });
  const counts = new Map<number, number>();
  let [images, found] = [0, false];
  for (const { from, to } of cells) {
    const row = units.unit.subarray(from, to).indexOf(unit) + from;
    if (row < from) continue;
    found = true;
    images += units.images[row] ?? 0;
    const { ranks, counts: born } = histogramAt(units.birth_histogram, row);
    ranks.forEach((rank, i) => counts.set(rank - 1, (counts.get(rank - 1) ?? 0) + (born[i] ?? 0)));
  }
  if (!found) {
    const last = cells.reduce((most, { to }) => Math.max(most, units.unit[to - 1] ?? 0), 0);
    throw new UnknownNameError(`layer ${layer}: no unit ${unit}; its units are 0 to ${last}`);
  }
  const rows = [...counts].sort(([a], [b]) => a - b).map(([index, count]) => ({ index, images: count }));
  return {
    rows,
    notes: {
      ...{ layer, unit, images },
      checkpoint: checkpoint.label,
      category: category ?? null,
      without: images - rows.reduce((sum, birth) => sum + birth.images, 0),
      threshold: results.restatement?.threshold ?? results.manifest.statistics.threshold,
    },
  };
}
