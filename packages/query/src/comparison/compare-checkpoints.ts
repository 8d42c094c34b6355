import {
  benjaminiHochberg,
  bootstrapLayerDifference,
  mannWhitney,
  mannWhitneyCounts,
  type Interval,
} from '@unitscope/entropy';
import type { CheckpointGroup } from '../checkpoints/checkpoint-group.js';
import { cellsHeld, layerColumns, layerMean, meanOf, type LayerCells, FEWEST_UNITS } from './layer-mean.js';
import { leastP, runDifference, runsCompared, type RunsCompared } from './replication.js';
import type { Comparison, LayerDifference, UnitChange, UnitDifference } from './comparison.js';
import { NoResultsError } from '../errors.js';
import { groupCells, type GroupCell, type UnitSample } from '../results/group-cells.js';
import type { SweepResults } from '../results/sweep-results.js';
import { birthCounts } from './birth-counts.js';
import { changedUnits, runName } from './changed-in-layer.js';

/** Below it a difference is taken for certain. */
export const CERTAIN_Q = 0.05;

/** Of fewer births H is near 0, or near their logarithm, whatever the unit does. */
const FEWEST_BIRTHS = 5;

export interface CompareOptions {
  /** Two checkpoints of different trainings may be compared. */
  readonly acrossRuns?: boolean | undefined;
  /** The layers over all categories alone: no row of a category, no unit. Default: all. */
  readonly only?: 'layers' | undefined;
}

/**
 * Compares two checkpoints, or two groups of them, by layer and category and by unit (docs/results.md). Between groups of
 * several trainings a training is one value. Throws CrossingRunsError, NoResultsError.
 */
export async function compareCheckpoints(
  results: SweepResults,
  a: CheckpointGroup,
  b: CheckpointGroup,
  { acrossRuns = false, only }: CompareOptions = {},
): Promise<Comparison> {
  const compared = runsCompared(results, a, b, acrossRuns);
  const threshold = results.restatement?.threshold ?? results.manifest.statistics.threshold;
  const [cellsA, cellsB] = [await groupCells(results, a), await groupCells(results, b)];
  const rows: LayerDifference[] = [];
  const units: Omit<UnitDifference, 'q'>[] = [];
  const pairs = [...cellsA].flatMap(([key, cellA]) => {
    const cellB = cellsB.get(key);
    return cellB === undefined ? [] : [{ cellA, cellB }];
  });
  if (pairs.length === 0) {
    throw new NoResultsError(
      `sweep ${results.name}: ${a.name} and ${b.name} have no layer and category in common`,
    );
  }
  const identity = (cell: GroupCell, category: string | null): string =>
    JSON.stringify([a.name, b.name, cell.layer, category]);
  const isWithin = compared.replication === 'units';
  for (const layer of byLayer(pairs)) {
    for (const { cellA, cellB } of only === 'layers' ? [] : layer) {
      rows.push(difference([cellA], [cellB], cellA.category, identity(cellA, cellA.category), compared));
      if (isWithin) units.push(...unitDifferences(cellA, cellB, threshold));
    }
    const [first] = layer;
    if (first === undefined) continue;
    const [wholeA, wholeB] = [layer.map(({ cellA }) => cellA), layer.map(({ cellB }) => cellB)];
    rows.push(difference(wholeA, wholeB, null, identity(first.cellA, null), compared));
  }
  const tested = units.filter(({ p }) => p !== null);
  const q = benjaminiHochberg(tested.map(({ p }) => p ?? 1));
  const qOf = new Map(tested.map((unit, i) => [unit, q[i] ?? 1]));
  const all = units.map((unit): UnitDifference => ({ ...unit, q: qOf.get(unit) ?? null }));
  const changed = (isAlive: (unit: UnitDifference) => boolean): UnitChange[] =>
    all.filter(isAlive).map(({ layer, category, unit }) => ({ layer, category, unit }));
  return {
    a: a.name,
    b: b.name,
    replication: compared.replication,
    runsA: compared.runsA,
    runsB: compared.runsB,
    caveat: compared.caveat,
    leastP: leastP(compared),
    checkpointsA: a.checkpoints.length,
    checkpointsB: b.checkpoints.length,
    same: areSame(a, b),
    threshold,
    layers: [...adjusted(rows, false), ...adjusted(rows, true)],
    // A unit that is dead on one side has no H there.
    units: all
      .filter(({ sensitiveA, sensitiveB }) => sensitiveA && sensitiveB)
      .sort((x, y) => Number(x.few) - Number(y.few) || Math.abs(y.difference) - Math.abs(x.difference)),
    died: changed(({ sensitiveA, sensitiveB }) => sensitiveA && !sensitiveB),
    awoke: changed(({ sensitiveA, sensitiveB }) => !sensitiveA && sensitiveB),
  };
}

function areSame(a: CheckpointGroup, b: CheckpointGroup): boolean {
  const [digestsA, digestsB] = [a, b].map(({ checkpoints }) =>
    checkpoints
      .map(({ digest }) => digest)
      .sort()
      .join(),
  );
  return digestsA === digestsB;
}

interface Samples {
  readonly samples: readonly Pick<UnitSample, 'unit' | 'entropy' | 'sensitive'>[];
}

/** A layer over the categories of `a` and `b`, which are the same. */
function difference(
  a: readonly GroupCell[],
  b: readonly GroupCell[],
  category: string | null,
  identity: string,
  compared: RunsCompared,
): LayerDifference {
  const [cellsA, cellsB] = [a.map(({ samples }) => samples), b.map(({ samples }) => samples)];
  const [unitsA, unitsB] = [overCategories(cellsA), overCategories(cellsB)];
  const [died, awoke] = compared.replication === 'runs' ? [[], []] : changedUnits(cellsA, cellsB, compared);
  const isWithin = compared.replication === 'units';
  const count = ({ samples }: Samples): number => samples.filter(({ sensitive }) => sensitive).length;
  return {
    layer: a[0]?.layer ?? null,
    layerIndex: a[0]?.layerIndex ?? null,
    category,
    unitsA: count(unitsA),
    unitsB: count(unitsB),
    cellsA: cellsHeld(cellsA),
    cellsB: cellsHeld(cellsB),
    ...(compared.replication === 'units'
      ? withinTraining(cellsA, cellsB, unitsA, unitsB, identity)
      : overTrainings(cellsA, cellsB, compared, compared.replication, identity)),
    q: null,
    certain: false,
    died: died.length,
    awoke: awoke.length,
    diedUnits: isWithin ? died.toSorted((x, y) => x - y) : [],
    awokeUnits: isWithin ? awoke.toSorted((x, y) => x - y) : [],
  };
}

type Figures = Pick<
  LayerDifference,
  'runsA' | 'runsB' | 'meanA' | 'meanB' | 'difference' | 'interval' | 'u' | 'p' | 'effect' | 'untested'
>;

/** Where a side has no H there is nothing to test, whatever the rest. */
const NONE_SENSITIVE = 'no sensitive unit on a side';

function withinTraining(
  cellsA: LayerCells,
  cellsB: LayerCells,
  unitsA: Samples,
  unitsB: Samples,
  identity: string,
): Figures {
  const entropies = ({ samples }: Samples): number[] =>
    samples.filter(({ sensitive }) => sensitive).map(({ entropy }) => entropy);
  const [meanA, meanB] = [layerMean(cellsA), layerMean(cellsB)];
  const [a, b] = [entropies(unitsA), entropies(unitsB)];
  const test = mannWhitney(b, a);
  const isFew = Math.min(a.length, b.length) < FEWEST_UNITS;
  return {
    runsA: null,
    runsB: null,
    meanA,
    meanB,
    difference: meanA === null || meanB === null ? null : meanB - meanA,
    interval: isFew ? null : bootstrapLayerDifference(layerColumns(cellsB), layerColumns(cellsA), identity),
    u: test?.u ?? null,
    p: isFew ? null : (test?.p ?? null),
    effect: test?.effect ?? null,
    untested: untestedBy(meanA, meanB, isFew ? 'fewer than five sensitive units on a side' : null),
  };
}

function overTrainings(
  cellsA: LayerCells,
  cellsB: LayerCells,
  { runOf }: RunsCompared,
  replication: 'paired runs' | 'runs',
  identity: string,
): Figures {
  const [a, b] = [cellsA, cellsB].map((cells) => {
    const runs = [...new Set(cells.flat().map((sample) => runName(sample, runOf)))];
    return new Map(
      runs.map((run) => [
        run,
        layerMean(cells.map((samples) => samples.filter((sample) => runName(sample, runOf) === run))),
      ]),
    );
  }) as [Map<string, number | null>, Map<string, number | null>];
  const { meanA, meanB, p, ...found } = runDifference(a, b, replication, identity);
  const difference = meanA === null || meanB === null ? null : meanB - meanA;
  const few =
    replication === 'runs'
      ? 'fewer than two trainings with an H on a side'
      : 'fewer than two trainings with an H on both sides';
  const untested = untestedBy(meanA, meanB, p === null ? few : null);
  return { ...found, meanA, meanB, difference, u: null, p, effect: null, untested };
}

function untestedBy(meanA: number | null, meanB: number | null, why: string | null): string | null {
  return meanA === null || meanB === null ? NONE_SENSITIVE : why;
}

/** Rows of one kind, by category or over all categories, their p adjusted together. */
function adjusted(rows: readonly LayerDifference[], whole: boolean): LayerDifference[] {
  const kind = rows.filter(({ category }) => (category === null) === whole);
  const tested = kind.filter(({ p }) => p !== null);
  const q = benjaminiHochberg(tested.map(({ p }) => p ?? 1));
  return kind.map((row) => {
    const adjustedP = q[tested.indexOf(row)] ?? null;
    return { ...row, q: adjustedP, certain: isCertain(adjustedP, row.interval) };
  });
}

/** Ranks and means may disagree: both must say that A and B differ. */
export function isCertain(q: number | null, interval: Interval | null): boolean {
  return q !== null && q < CERTAIN_Q && interval !== null && (interval.low > 0 || interval.high < 0);
}

/** A unit's mean H over the categories in which it is sensitive: one value a unit and checkpoint. */
function overCategories(cells: LayerCells): Samples {
  const count = Math.min(...cells.map((samples) => samples.length));
  const samples = Array.from({ length: count }, (_, i) => {
    const found = cells.flatMap((own) => own[i] ?? []);
    const values = found.filter(({ sensitive }) => sensitive).map(({ entropy }) => entropy);
    return { unit: found[0]?.unit ?? i, entropy: meanOf(values) ?? 0, sensitive: values.length > 0 };
  });
  return { samples };
}

function unitDifferences(a: GroupCell, b: GroupCell, threshold: number): Omit<UnitDifference, 'q'>[] {
  const groupsB = Map.groupBy(b.samples, ({ unit }) => unit);
  return [...Map.groupBy(a.samples, ({ unit }) => unit)].flatMap(([unit, samplesA]) => {
    const samplesB = groupsB.get(unit);
    if (samplesB === undefined) return [];
    const [entropyA, entropyB] = [samplesA, samplesB].map(
      (samples) => meanOf(samples.filter(({ sensitive }) => sensitive).map(({ entropy }) => entropy)) ?? 0,
    ) as [number, number];
    const counts = birthCounts(samplesA, samplesB, threshold);
    const [sideA, sideB] = [bornOf(counts, 0), bornOf(counts, 1)];
    const isFew = Math.min(sideA.images, sideB.images) < FEWEST_UNITS;
    return {
      layer: a.layer,
      category: a.category,
      unit,
      entropyA,
      entropyB,
      difference: entropyB - entropyA,
      sensitiveA: samplesA.some(({ sensitive }) => sensitive),
      sensitiveB: samplesB.some(({ sensitive }) => sensitive),
      rateA: sideA.born / sideA.images,
      rateB: sideB.born / sideB.images,
      few: Math.min(sideA.born, sideB.born) < FEWEST_BIRTHS,
      p: isFew ? null : (mannWhitneyCounts(counts)?.p ?? 1),
    };
  });
}

/** How many images a side has, and how many of them with a birth. */
function bornOf(
  counts: readonly (readonly [number, number])[],
  side: 0 | 1,
): { images: number; born: number } {
  const images = counts.reduce((sum, pair) => sum + pair[side], 0);
  return { images, born: images - (counts.at(-1)?.[side] ?? 0) };
}

interface CellPair {
  readonly cellA: GroupCell;
  readonly cellB: GroupCell;
}

function byLayer(pairs: readonly CellPair[]): CellPair[][] {
  return [...Map.groupBy(pairs, ({ cellA }) => JSON.stringify([cellA.layerIndex, cellA.layer])).values()];
}
