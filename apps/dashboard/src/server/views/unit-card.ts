import { meanOf } from '@unitscope/base';
import { noiseBirths } from '@unitscope/topology';
import {
  cellsOf,
  entropySql,
  rankUnits,
  resultTrainings,
  runQuery,
  sqlText,
  UnknownNameError,
  type RankedUnit,
  type SweepResults,
  type UnitCell,
  type UnitsTable,
} from '@unitscope/query';
import { histogramAt } from '@unitscope/tasks';
import { MOST_ON_A_LINE, type ViewAnswer, type ViewContext } from '../view-request.js';
import { isLabel } from './label-condition.js';
import { silentUnit, type SilentUnit } from './silent-unit.js';
import { unitOf } from './unit.js';

/** A unit in one category, as units/1 has it. */
export interface UnitCategory {
  readonly category: string | null;
  readonly entropy: number;
  readonly selectiveRate: number;
  readonly sensitive: boolean;
  readonly births: number;
  readonly images: number;
  readonly meanActivation: number;
}

/** What is said of one unit at one checkpoint before anything is drawn. */
export interface UnitCard {
  readonly checkpoint: string;
  readonly layer: string;
  readonly unit: number;
  readonly mapSize: number;
  readonly threshold: number;
  /** Means as `rank` has them: H over the categories in which it is sensitive, the others over all; null: none. */
  readonly entropy: number | null;
  /** H / H of noise, over the categories in which it is sensitive. */
  readonly relative: number | null;
  readonly selectiveRate: number | null;
  readonly meanActivation: number | null;
  /** 0 = most important, by ineffectiveness; null where it is sensitive in no category. */
  readonly rank: number | null;
  readonly units: number;
  readonly categories: readonly UnitCategory[];
  /** Images by birth index over the categories that are asked for, ascending. */
  readonly births: readonly (readonly [index: number, images: number])[];
  readonly images: number;
  /** Where it is sensitive in no category, also not in those that are not asked for: when it is. null: it is in some, or that is not known. */
  readonly silent: SilentUnit | null;
  /** How many of as many maps of noise would have each birth index, from 0. */
  readonly noise: readonly number[];
  /** The layer's units in three orders: by number, by importance, by H ascending (those without one last). */
  readonly orders: { readonly number: number[]; readonly rank: number[]; readonly entropy: number[] };
}

export async function unitCardView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const checkpoint = results.checkpoint(parameters.required('checkpoint'));
  const layer = parameters.required('layer');
  const category = parameters.text('category');
  const ranked = await rankUnits(results, checkpoint, { by: 'ineffectiveness', layer, category });
  const numbers = ranked.units.map((one) => one.unit);
  // Where none is asked for, it is the first.
  const unit = parameters.whole('unit') ?? Math.min(...numbers);
  const own = ranked.units.find((one) => one.unit === unit);
  if (own === undefined) {
    const last = numbers.reduce((most, number) => Math.max(most, number), 0);
    throw new UnknownNameError(
      `no unit ${unit} in layer ${JSON.stringify(layer)} of ${checkpoint.label}; its units are 0 to ${last}`,
    );
  }
  const units = await results.units(checkpoint);
  const rows = rowsOf(units, layer, unit, category);
  const threshold = results.restatement?.threshold ?? results.manifest.statistics.threshold;
  const isAlive = rowsOf(units, layer, unit, undefined).some(({ row }) => units.sensitive[row] === 1);
  const births = birthsOf(units, rows);
  const images = rows.reduce((sum, { row }) => sum + (units.images[row] ?? 0), 0);
  const mapSize = rows[0]?.cell.mapSize ?? 0;
  // H / H of noise is the code's, whichever H is shown.
  const table = await results.unitsTable(checkpoint);
  const relative = rows
    .filter(({ row }) => table.sensitive[row] === 1)
    .flatMap(({ row }) => relativeAt(table, row) ?? []);
  const card: UnitCard = {
    checkpoint: checkpoint.label,
    layer,
    unit,
    mapSize,
    threshold,
    entropy: own.values.entropy,
    relative: relative.length === 0 ? null : meanOf(relative),
    selectiveRate: own.values.selective_rate,
    meanActivation: own.values.mean,
    rank: own.values.ineffectiveness === null ? null : own.ranks.ineffectiveness,
    units: ranked.units.length,
    categories: rows.map(({ row, cell }) => ({
      category: cell.category,
      entropy: units.entropy[row] ?? 0,
      selectiveRate: units.selective_rate[row] ?? 0,
      sensitive: units.sensitive[row] === 1,
      births: units.births[row] ?? 0,
      images: units.images[row] ?? 0,
      meanActivation: units.mean_activation[row] ?? 0,
    })),
    births,
    images,
    silent: isAlive ? null : await silentUnit(results, checkpoint, { layer, unit }),
    noise: noiseOf(mapSize, Math.max(threshold, births.at(-1)?.[0] ?? 0), results, images),
    orders: ordersOf(ranked.units),
  };
  return { type: 'json', body: JSON.stringify(card) };
}

function ordersOf(units: readonly RankedUnit[]): UnitCard['orders'] {
  const numbers = (sorted: readonly RankedUnit[]): number[] => sorted.map(({ unit }) => unit);
  const entropy = ({ values }: RankedUnit): number => values.entropy ?? Infinity;
  return {
    number: numbers(units).sort((a, b) => a - b),
    rank: numbers(units),
    // Those without an H are all equal.
    entropy: numbers(
      [...units].sort((a, b) =>
        entropy(a) < entropy(b) ? -1 : entropy(a) > entropy(b) ? 1 : a.unit - b.unit,
      ),
    ),
  };
}

interface Row {
  readonly cell: UnitCell;
  readonly row: number;
}

function rowsOf(units: UnitsTable, layer: string, unit: number, category: string | undefined): Row[] {
  return cellsOf(units).flatMap((cell) => {
    if (cell.layer !== layer || (category !== undefined && cell.category !== category)) return [];
    const at = units.unit.subarray(cell.from, cell.to).indexOf(unit);
    return at < 0 ? [] : [{ cell, row: cell.from + at }];
  });
}

function relativeAt(units: UnitsTable, row: number): number | null {
  const noise = units.entropy_null[row] ?? 0;
  return noise > 0 ? (units.entropy[row] ?? 0) / noise : null;
}

function birthsOf(units: UnitsTable, rows: readonly Row[]): (readonly [number, number])[] {
  const counts = new Map<number, number>();
  for (const { row } of rows) {
    const { ranks, counts: born } = histogramAt(units.birth_histogram, row);
    ranks.forEach((rank, i) => counts.set(rank - 1, (counts.get(rank - 1) ?? 0) + (born[i] ?? 0)));
  }
  return [...counts].sort(([a], [b]) => a - b);
}

/** Of a map size, held: it takes milliseconds to a second. */
const noises = new Map<string, Float64Array>();
/** Beyond, noise has hardly a birth. */
const MOST_INDEX = 400;

function noiseOf(size: number, last: number, { manifest }: SweepResults, images: number): number[] {
  const most = Math.min(last, MOST_INDEX, Math.ceil(((size * (size - 1)) / 2) * manifest.density) - 1);
  if (size < 4 || most < 1) return [];
  const key = `${size} ${most}`;
  const found = noises.get(key) ?? noiseBirths(size, most + 1);
  noises.set(key, found);
  return Array.from(found.subarray(1), (share) => share * images);
}

/** H of a unit over the checkpoints of every training; of many checkpoints over evenly spaced ones. */
export interface UnitRuns {
  readonly axis: string | null;
  readonly runs: readonly {
    readonly run: string | null;
    readonly points: readonly {
      readonly checkpoint: string;
      readonly step: number;
      readonly entropy: number | null;
    }[];
  }[];
  /** Trainings there are, where not all are given. */
  readonly trainings: number;
  /** Checkpoints there are in those that are given. */
  readonly checkpoints: number;
}

/** Of more trainings a person sees no single line. */
const MOST_RUNS = 60;

export async function unitRunsView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.affordable(MOST_ON_A_LINE);
  const layer = parameters.required('layer');
  const { trainings, axis } = resultTrainings(results);
  const { trainings: all } = resultTrainings(await context.results());
  const shown = trainings.slice(0, MOST_RUNS);
  // What nothing places has no path.
  if (shown.length === 0)
    return {
      type: 'json',
      body: JSON.stringify({ axis, trainings: 0, checkpoints: 0, runs: [] } satisfies UnitRuns),
    };
  const found = await runQuery(
    [results.only(shown.flatMap(({ checkpoints }) => checkpoints))],
    `SELECT checkpoint_index, avg(${entropySql(results.definition)}) AS entropy
     FROM units WHERE layer = ${sqlText(layer)} AND unit = ${unitOf(context)}${isLabel('category', parameters.text('category'))}
     GROUP BY checkpoint_index`,
  );
  const values = new Map(
    found.rows().map(([index, entropy]) => [Number(index), entropy === null ? null : Number(entropy)]),
  );
  const answer: UnitRuns = {
    axis,
    trainings: trainings.length,
    checkpoints: all.slice(0, MOST_RUNS).reduce((sum, { checkpoints }) => sum + checkpoints.length, 0),
    runs: shown.map(({ run, checkpoints, steps }) => ({
      run,
      points: checkpoints.map(({ label, index }, i) => ({
        checkpoint: label,
        step: steps[i] ?? i,
        entropy: values.get(index) ?? null,
      })),
    })),
  };
  return { type: 'json', body: JSON.stringify(answer) };
}
