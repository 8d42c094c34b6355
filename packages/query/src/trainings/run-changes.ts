import { firstNames } from '@unitscope/base';
import { evenlyPlaced } from '@unitscope/entropy';
import { resultTrainings, type ResultTraining } from '../checkpoints/checkpoint-order.js';
import { runQuery } from '../sql/run-query.js';
import { sqlText } from '../sql/sql-text.js';
import { aliveUnits, type AliveUnit } from './alive-units.js';
import { MeasuredCells } from './measured-cells.js';
import type { SweepResults } from '../results/sweep-results.js';
import type { ResultCheckpoint } from '../results/result-tables.js';

/** Of all trainings together so many checkpoints are looked at, of each its first and its last among them. */
const MOST_CHECKPOINTS = 400;

/** The units of one training over its own checkpoints; a unit of one layer counts once, whatever its categories. */
export interface RunChanges {
  readonly run: string | null;
  readonly first: string;
  readonly last: string;
  readonly checkpoints: number;
  /** How many of its checkpoints were looked at. */
  readonly looked: number;
  /** Units of layers that lack a cell at the first or the last checkpoint: nothing is said of them. */
  readonly untold: number;
  /** Of the others: those that are sensitive at one of them in some category. */
  readonly ever: number;
  /** Of those: sensitive at none of their categories at the last one. */
  readonly died: number;
  /** Which those are. */
  readonly dead: readonly DeadOfLayer[];
  /** Sensitive at the last one and not at the first. */
  readonly awoke: number;
}

/** The units of a layer that died, in the order of their numbers. */
export interface DeadOfLayer {
  readonly layer: string | null;
  readonly units: readonly number[];
}

/** One category, in which a unit may die and live in another, and one layer; left out: over all of them. */
export interface ChangesScope {
  readonly category?: string | undefined;
  readonly layer?: string | undefined;
}

/** Which units died and awoke within each training. */
export async function runChanges(results: SweepResults, scope: ChangesScope = {}): Promise<RunChanges[]> {
  const { category } = scope;
  const { trainings } = resultTrainings(results);
  if (trainings.length === 0) return [];
  const alive = await Promise.all(trainings.map((training) => aliveUnits(results, training)));
  if (!alive.includes(null))
    return trainings.map((training, at) => changesOf(training, alive[at] ?? [], scope));
  const share = Math.max(2, Math.floor(MOST_CHECKPOINTS / Math.max(1, trainings.length)));
  const looked = trainings.map(({ checkpoints, steps }) =>
    evenlyPlaced(steps, share).flatMap((at) => checkpoints[at] ?? []),
  );
  const found = await runQuery(
    [results.only(looked.flat())],
    `SELECT checkpoint_index, layer, unit FROM units WHERE sensitive${conditions(scope)} GROUP BY checkpoint_index, layer, unit ` +
      'ORDER BY min(layer_index), unit',
  );
  const cells = await MeasuredCells.read(results);
  const sensitive = new Map<number, Set<string>>();
  for (const [index, layer, unit] of found.rows()) {
    const units = sensitive.get(Number(index)) ?? new Set<string>();
    sensitive.set(Number(index), units.add(JSON.stringify([layer, unit])));
  }
  const unitsOf = (checkpoint: ResultCheckpoint | undefined): ReadonlySet<string> =>
    sensitive.get(checkpoint?.index ?? -1) ?? new Set();
  return trainings.map(({ run, checkpoints }, at): RunChanges => {
    const own = looked[at] ?? [];
    const [begin, end] = [own[0], own.at(-1)];
    const all = new Set(own.flatMap((checkpoint) => [...unitsOf(checkpoint)]));
    const told = new Map<string | null, boolean>();
    const isTold = (unit: string): boolean => {
      const [layer] = JSON.parse(unit) as [string | null];
      const known =
        told.get(layer) ??
        [begin, end].every(
          (one) =>
            one !== undefined &&
            (category === undefined ? cells.isWhole(one, layer, own) : cells.has(one, layer, category)),
        );
      told.set(layer, known);
      return known;
    };
    const ever = new Set([...all].filter(isTold));
    const [first, last] = [begin, end].map((one) => new Set([...unitsOf(one)].filter(isTold))) as [
      Set<string>,
      Set<string>,
    ];
    return {
      run,
      first: own[0]?.label ?? '',
      last: own.at(-1)?.label ?? '',
      checkpoints: checkpoints.length,
      looked: own.length,
      untold: all.size - ever.size,
      ever: ever.size,
      ...deadOf([...minus(ever, last)].map((unit) => JSON.parse(unit) as UnitPlace)),
      awoke: minus(last, first).size,
    };
  });
}

/** The same from the table that the sweep made at its end: all checkpoints are looked at. */
function changesOf(
  { run, checkpoints }: ResultTraining,
  units: readonly AliveUnit[],
  { category, layer }: ChangesScope,
): RunChanges {
  const all = units.filter(
    (one) =>
      one.alive > 0 &&
      (layer === undefined || one.layer === layer) &&
      (category === undefined ? one.scope === 'all' : one.scope === 'category' && one.category === category),
  );
  const ever = all.filter(({ first, last }) => first !== null && last !== null);
  return {
    run,
    first: checkpoints[0]?.label ?? '',
    last: checkpoints.at(-1)?.label ?? '',
    ...{ checkpoints: checkpoints.length, looked: checkpoints.length },
    ...{ untold: all.length - ever.length, ever: ever.length },
    ...deadOf(ever.filter(({ last }) => last === false).map(({ layer, unit }): UnitPlace => [layer, unit])),
    awoke: ever.filter(({ first, last }) => last === true && first === false).length,
  };
}

function conditions({ category, layer }: ChangesScope): string {
  return Object.entries({ category, layer })
    .map(([column, name]) => (name === undefined ? '' : ` AND ${column} = ${sqlText(name)}`))
    .join('');
}

type UnitPlace = readonly [layer: string | null, unit: number];

/** How many died, and which, layer by layer in the order in which they come. */
function deadOf(units: readonly UnitPlace[]): Pick<RunChanges, 'died' | 'dead'> {
  const dead = Map.groupBy(units, ([layer]) => layer);
  return {
    died: units.length,
    dead: [...dead].map(([layer, own]) => ({
      layer,
      units: own.map(([, unit]) => unit).sort((a, b) => a - b),
    })),
  };
}

function minus(all: ReadonlySet<string>, without: ReadonlySet<string>): Set<string> {
  return new Set([...all].filter((unit) => !without.has(unit)));
}

/** The same in a sentence, over all trainings: a unit died where no category is left to it. */
export function changesWords(changes: readonly RunChanges[]): string {
  const sum = (of: (one: RunChanges) => number): number => changes.reduce((all, one) => all + of(one), 0);
  const [looked, all] = [sum((one) => one.looked), sum((one) => one.checkpoints)];
  const untold = sum((one) => one.untold);
  const [only] = changes;
  const where =
    changes.length === 1 && only !== undefined
      ? ` (from ${only.first} to ${only.last})`
      : `, over ${changes.length} trainings`;
  return (
    `Within their own training ${sum((one) => one.died)} of ${sum((one) => one.ever)} units that were ever sensitive died, and ` +
    `${sum((one) => one.awoke)} awoke after the first checkpoint${where}.` +
    (untold === 0
      ? ''
      : ` Of ${untold} more nothing is said: their layers lack cells at the first or the last checkpoint.`) +
    (looked === all ? '' : ` Seen at ${looked} of ${all} checkpoints.`)
  );
}

/** A sentence names no more units of a layer, and no more layers of all trainings. */
const MOST_NAMED_UNITS = 12;
const MOST_NAMED_LAYERS = 12;

/** Which units died, by training and layer, in a sentence: `conv3 0, 1, 2; conv4 6`; '' where none did. */
export function deadWords(changes: readonly RunChanges[]): string {
  const all = changes.flatMap(({ run, dead }) =>
    dead.map(({ layer, units }) => {
      const where = [...(changes.length === 1 ? [] : [run ?? '']), layer ?? ''].filter((name) => name !== '');
      return `${where.join(': ')} ${firstNames(units.map(String), MOST_NAMED_UNITS)}`;
    }),
  );
  if (all.length === 0) return '';
  const more = all.length - MOST_NAMED_LAYERS;
  return `Died: ${all.slice(0, MOST_NAMED_LAYERS).join('; ')}${more > 0 ? `; and in ${more} more` : ''}.`;
}
