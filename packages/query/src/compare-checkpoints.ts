import {
  benjaminiHochberg,
  bootstrapDifference,
  countsAsBirth,
  mannWhitney,
  mannWhitneyCounts,
  type Interval,
} from '@unitscope/entropy';
import type { CheckpointGroup } from './checkpoint-group.js';
import { NoResultsError } from './errors.js';
import { groupCells, type GroupCell, type UnitSample } from './group-cells.js';
import type { SweepResults } from './sweep-results.js';

/** Below it a difference is taken for certain. */
export const CERTAIN_Q = 0.05;

/** What changed in one layer and category (null: over all categories) from A to B. */
export interface LayerDifference {
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly category: string | null;
  /** Sensitive units on either side; in a group a unit counts once for each checkpoint. */
  readonly unitsA: number;
  readonly unitsB: number;
  readonly meanA: number | null;
  readonly meanB: number | null;
  /** Mean H of B − mean H of A. */
  readonly difference: number | null;
  /** 95 % bootstrap over units. */
  readonly interval: Interval | null;
  /** Of B against A: U, two-sided p, p adjusted over the rows of its kind, rank-biserial effect (positive: B is higher). */
  readonly u: number | null;
  readonly p: number | null;
  readonly q: number | null;
  readonly effect: number | null;
  /** Whether A and B are told apart: q < CERTAIN_Q, and 0 outside the interval. */
  readonly certain: boolean;
  /** Units sensitive in A and not in B, and the other way. */
  readonly died: number;
  readonly awoke: number;
  /** Which units these are, ascending. */
  readonly diedUnits: readonly number[];
  readonly awokeUnits: readonly number[];
}

/** What changed in one unit from A to B. */
export interface UnitDifference {
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
  readonly entropyA: number;
  readonly entropyB: number;
  readonly difference: number;
  readonly sensitiveA: boolean;
  readonly sensitiveB: boolean;
  /** Mann–Whitney over images: are its holes born at other ranks? No birth counts as latest. q: adjusted over all units. */
  readonly p: number;
  readonly q: number;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly checkpointsA: number;
  readonly checkpointsB: number;
  /** A and B hold the same checkpoints, by their content: nothing can differ. */
  readonly same: boolean;
  readonly threshold: number;
  readonly layers: readonly LayerDifference[];
  /** By |difference|, the largest first. */
  readonly units: readonly UnitDifference[];
}

/** Compares two checkpoints, or two groups of them, by layer and category and by unit (docs/results.md). */
export async function compareCheckpoints(
  results: SweepResults,
  a: CheckpointGroup,
  b: CheckpointGroup,
): Promise<Comparison> {
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
  for (const layer of byLayer(pairs)) {
    for (const { cellA, cellB } of layer) {
      rows.push(difference(cellA, cellB, cellA.category, identity(cellA, cellA.category)));
      units.push(...unitDifferences(cellA, cellB, threshold));
    }
    const [first] = layer;
    if (first === undefined) continue;
    const wholeA = overCategories(layer.map(({ cellA }) => cellA));
    const wholeB = overCategories(layer.map(({ cellB }) => cellB));
    rows.push(difference(wholeA, wholeB, null, identity(first.cellA, null)));
  }
  const q = benjaminiHochberg(units.map(({ p }) => p));
  return {
    a: a.name,
    b: b.name,
    checkpointsA: a.checkpoints.length,
    checkpointsB: b.checkpoints.length,
    same: areSame(a, b),
    threshold,
    layers: [...adjusted(rows, false), ...adjusted(rows, true)],
    units: units
      .map((unit, i): UnitDifference => ({ ...unit, q: q[i] ?? 1 }))
      .sort((x, y) => Math.abs(y.difference) - Math.abs(x.difference)),
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

interface Samples extends Pick<GroupCell, 'layer' | 'layerIndex'> {
  readonly samples: readonly Pick<UnitSample, 'unit' | 'entropy' | 'sensitive'>[];
}

function difference(a: Samples, b: Samples, category: string | null, identity: string): LayerDifference {
  const [valuesA, valuesB] = [a, b].map(({ samples }) =>
    samples.filter(({ sensitive }) => sensitive).map(({ entropy }) => entropy),
  ) as [number[], number[]];
  const [meanA, meanB] = [meanOf(valuesA), meanOf(valuesB)];
  const test = mannWhitney(valuesB, valuesA);
  const [sensitiveA, sensitiveB] = [sensitiveUnits(a), sensitiveUnits(b)];
  const diedUnits = [...sensitiveA].filter((unit) => !sensitiveB.has(unit)).sort((x, y) => x - y);
  const awokeUnits = [...sensitiveB].filter((unit) => !sensitiveA.has(unit)).sort((x, y) => x - y);
  return {
    layer: a.layer,
    layerIndex: a.layerIndex,
    category,
    unitsA: valuesA.length,
    unitsB: valuesB.length,
    meanA,
    meanB,
    difference: meanA === null || meanB === null ? null : meanB - meanA,
    interval: bootstrapDifference(valuesB, valuesA, identity),
    u: test?.u ?? null,
    p: test?.p ?? null,
    q: null,
    effect: test?.effect ?? null,
    certain: false,
    died: diedUnits.length,
    awoke: awokeUnits.length,
    diedUnits,
    awokeUnits,
  };
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
function overCategories(cells: readonly GroupCell[]): Samples {
  const count = Math.min(...cells.map(({ samples }) => samples.length));
  const samples = Array.from({ length: count }, (_, i) => {
    const found = cells.flatMap((cell) => cell.samples[i] ?? []);
    const values = found.filter(({ sensitive }) => sensitive).map(({ entropy }) => entropy);
    return { unit: found[0]?.unit ?? i, entropy: meanOf(values) ?? 0, sensitive: values.length > 0 };
  });
  return { layer: cells[0]?.layer ?? null, layerIndex: cells[0]?.layerIndex ?? null, samples };
}

function unitDifferences(a: GroupCell, b: GroupCell, threshold: number): Omit<UnitDifference, 'q'>[] {
  const groupsB = Map.groupBy(b.samples, ({ unit }) => unit);
  return [...Map.groupBy(a.samples, ({ unit }) => unit)].flatMap(([unit, samplesA]) => {
    const samplesB = groupsB.get(unit);
    if (samplesB === undefined) return [];
    const [entropyA, entropyB] = [samplesA, samplesB].map(
      (samples) => meanOf(samples.map(({ entropy }) => entropy)) ?? 0,
    ) as [number, number];
    return {
      layer: a.layer,
      category: a.category,
      unit,
      entropyA,
      entropyB,
      difference: entropyB - entropyA,
      sensitiveA: samplesA.some(({ sensitive }) => sensitive),
      sensitiveB: samplesB.some(({ sensitive }) => sensitive),
      p: mannWhitneyCounts(birthCounts(samplesB, samplesA, threshold))?.p ?? 1,
    };
  });
}

/** How many images of either side have each birth, by rank; those without one come last. */
function birthCounts(
  first: readonly UnitSample[],
  second: readonly UnitSample[],
  threshold: number,
): [number, number][] {
  const counts = new Map<number, [number, number]>();
  const none: [number, number] = [0, 0];
  for (const [side, samples] of [first, second].entries()) {
    const at = side === 0 ? 0 : 1;
    for (const { histogram, images } of samples) {
      let born = 0;
      histogram.ranks.forEach((rank, i) => {
        if (!countsAsBirth(rank, threshold)) return;
        const count = histogram.counts[i] ?? 0;
        const pair = counts.get(rank) ?? [0, 0];
        pair[at] += count;
        counts.set(rank, pair);
        born += count;
      });
      none[at] += images - born;
    }
  }
  return [...[...counts].sort(([a], [b]) => a - b).map(([, pair]) => pair), none];
}

function sensitiveUnits({ samples }: Samples): Set<number> {
  return new Set(samples.filter(({ sensitive }) => sensitive).map(({ unit }) => unit));
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface CellPair {
  readonly cellA: GroupCell;
  readonly cellB: GroupCell;
}

function byLayer(pairs: readonly CellPair[]): CellPair[][] {
  return [...Map.groupBy(pairs, ({ cellA }) => JSON.stringify([cellA.layerIndex, cellA.layer])).values()];
}
