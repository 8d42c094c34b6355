import { evenlyPlaced } from '@unitscope/entropy';
import type { ResultTraining } from '../checkpoints/checkpoint-order.js';
import type { UnitChange } from '../comparison/comparison.js';
import { runQuery } from '../sql/run-query.js';
import type { SweepResults } from '../results/sweep-results.js';
import type { CellValue } from '../sql/query-result.js';
import { aliveUnits, type AliveUnit } from './alive-units.js';
import { MeasuredCells } from './measured-cells.js';

/** Of one training so many checkpoints are looked at, its first and its last among them. */
const MOST_CHECKPOINTS = 400;

/** The units of one training by category: a unit may die in one of them and live in another. */
export interface ChangedUnits {
  readonly run: string | null;
  /** Sensitive in the category at some checkpoint, and not at the last one. */
  readonly died: readonly UnitChange[];
  /** Sensitive in the category at the last checkpoint, and not at the first one. */
  readonly awoke: readonly UnitChange[];
}

/** Which units of a training died and awoke in which category, by depth. */
export async function changedUnits(
  results: SweepResults,
  training: Pick<ResultTraining, 'run' | 'checkpoints' | 'steps'>,
): Promise<ChangedUnits> {
  const { run, checkpoints, steps } = training;
  const alive = await aliveUnits(results, training);
  if (alive !== null) {
    const own = alive.filter(({ scope }) => scope === 'category');
    const named = ({ layer, category, unit }: AliveUnit): UnitChange => ({ layer, category, unit });
    return {
      run,
      died: own.filter((one) => one.alive > 0 && one.last === false).map(named),
      awoke: own.filter((one) => one.last === true && one.first === false).map(named),
    };
  }
  const looked = evenlyPlaced(steps, MOST_CHECKPOINTS).flatMap((at) => checkpoints[at] ?? []);
  const [first, last] = [looked[0], looked.at(-1)];
  if (first === undefined || last === undefined || first === last) return { run, died: [], awoke: [] };
  const at = ({ index }: typeof first): string =>
    `max(CASE WHEN checkpoint_index = ${index} THEN 1 ELSE 0 END)`;
  const found = await runQuery(
    [results.only(looked)],
    `SELECT layer_index, layer, category, unit, ${at(last)} AS at_last FROM units WHERE sensitive
     GROUP BY layer_index, layer, category, unit HAVING ${at(first)} + ${at(last)} < 2
     ORDER BY layer_index, layer, category, unit`,
  );
  const cells = await MeasuredCells.read(results);
  const text = (value: CellValue | undefined): string | null => (typeof value === 'string' ? value : null);
  const changed = (isAlive: boolean): UnitChange[] =>
    found.rows().flatMap(([, layer, category, unit, alive]) => {
      const change = { layer: text(layer), category: text(category), unit: Number(unit) };
      // What was not measured there is not known to be dead there.
      const isTold = cells.has(isAlive ? first : last, change.layer, change.category);
      return isTold && (Number(alive) === 1) === isAlive ? change : [];
    });
  return { run, died: changed(false), awoke: changed(true) };
}

/** A unit of `ChangedUnits`, and what became of it. */
export interface ListedChange extends UnitChange {
  readonly change: 'died' | 'awoke';
}

/** Those that died, then those that awoke, as one list. */
export function listedChanges({ died, awoke }: Pick<ChangedUnits, 'died' | 'awoke'>): ListedChange[] {
  return [
    ...died.map((unit): ListedChange => ({ ...unit, change: 'died' })),
    ...awoke.map((unit): ListedChange => ({ ...unit, change: 'awoke' })),
  ];
}
