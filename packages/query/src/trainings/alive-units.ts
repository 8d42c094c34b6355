import { textAt } from '@unitscope/tables';
import type { NullableColumn } from '@unitscope/tables';
import { resultTrainings, type ResultTraining } from '../checkpoints/checkpoint-order.js';
import type { SweepResults } from '../results/sweep-results.js';

/** A unit along one training, in one category or over all of them. */
export interface AliveUnit {
  readonly layer: string | null;
  readonly scope: 'category' | 'all';
  readonly category: string | null;
  readonly unit: number;
  /** At how many checkpoints it is sensitive. */
  readonly alive: number;
  /** The index of the last of them; null: none. */
  readonly lastAlive: number | null;
  /** Whether at the first checkpoint, and at the last; null where that is not known, since the cell was not measured. */
  readonly first: boolean | null;
  readonly last: boolean | null;
}

/**
 * The units of a training by the table that the sweep made at its end, in its order; null where there is none, or it is of other
 * statistics or checkpoints than are asked for: then the units tables are to be scanned.
 */
export async function aliveUnits(
  results: SweepResults,
  { run, checkpoints }: Pick<ResultTraining, 'run' | 'checkpoints'>,
): Promise<AliveUnit[] | null> {
  if (results.restatement !== null) return null;
  const { manifest, opened } = results;
  // The table is of whole trainings: a part of one may end elsewhere.
  for (const held of [results, { manifest, checkpoints: opened }]) {
    const whole = resultTrainings(held).trainings.find((training) => training.run === run);
    if (whole?.checkpoints.length !== checkpoints.length) return null;
  }
  const table = await results.alive();
  if (table === null) return null;
  const { codes, labels } = table.scope;
  const flag = ({ values, valid }: NullableColumn<Uint8Array>, row: number): boolean | null =>
    valid[row] === 1 ? values[row] === 1 : null;
  const units: AliveUnit[] = [];
  for (const [row, unit] of table.unit.entries()) {
    if (textAt(table.run, row) !== run) continue;
    units.push({
      layer: textAt(table.layer, row),
      scope: labels[codes[row] ?? 0] === 'all' ? 'all' : 'category',
      category: textAt(table.category, row),
      unit,
      alive: table.alive[row] ?? 0,
      lastAlive: table.last_alive.valid[row] === 1 ? (table.last_alive.values[row] ?? null) : null,
      first: flag(table.alive_first, row),
      last: flag(table.alive_last, row),
    });
  }
  return units;
}
