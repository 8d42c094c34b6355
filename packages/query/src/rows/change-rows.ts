import { meanOf } from '@unitscope/base';
import type {
  ComparisonNotes,
  LayerDifferenceRow,
  LayerDifferenceRows,
  MovedUnit,
  UnitDifferenceRow,
  UnitDifferenceRows,
} from '@unitscope/plots';
import { CERTAIN_Q } from '../comparison/compare-checkpoints.js';
import type { Comparison, LayerDifference, UnitDifference } from '../comparison/comparison.js';

/** What changed in each layer, over all categories; with `categories` in each of them as well. */
export function layerDifferenceRows(
  comparison: Comparison,
  { categories = false }: { readonly categories?: boolean } = {},
): LayerDifferenceRows {
  return {
    rows: comparison.layers
      .filter(({ category }) => categories || category === null)
      .map((layer) => layerDifferenceRow(layer, comparison.replication === 'runs')),
    notes: comparisonNotes(comparison),
  };
}

/** Units of different trainings are not the same units: none of them died. */
function layerDifferenceRow(found: LayerDifference, between: boolean): LayerDifferenceRow {
  const { layer, category, difference, interval, p, q, effect, certain, untested } = found;
  return {
    layer,
    category,
    units_a: found.unitsA,
    units_b: found.unitsB,
    cells_a: found.cellsA,
    cells_b: found.cellsB,
    runs_a: found.runsA,
    runs_b: found.runsB,
    mean_a: found.meanA,
    mean_b: found.meanB,
    difference,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    ...{ p, q, effect, certain, untested },
    died: between ? null : found.died,
    awoke: between ? null : found.awoke,
  };
}

/** The units that moved most, the farthest first. */
export function unitDifferenceRows(comparison: Comparison, layer?: string): UnitDifferenceRows {
  const units = comparison.units.filter((unit) => layer === undefined || unit.layer === layer);
  return {
    rows: units.map((unit) => unitDifferenceRow(unit)),
    notes: {
      ...comparisonNotes(comparison),
      units: units.length,
      moved: units.filter(({ q }) => q !== null && q < CERTAIN_Q).length,
      few: units.filter(({ few }) => few).length,
      most_moved: mostMoved(units),
    },
  };
}

/** So many units are named. */
const MOST_MOVED = 3;

/** The units whose H moved most, by the mean of |B − A| over the categories in which they have births enough on both sides. */
function mostMoved(units: readonly UnitDifference[]): MovedUnit[] {
  const known = units.filter(({ few }) => !few);
  return [...Map.groupBy(known, ({ layer, unit }) => JSON.stringify([layer, unit])).values()]
    .map((own) => ({
      layer: own[0]?.layer ?? '',
      unit: own[0]?.unit ?? 0,
      mean: meanOf(own.map(({ difference }) => Math.abs(difference))),
      categories: own.length,
    }))
    .sort((x, y) => y.mean - x.mean)
    .slice(0, MOST_MOVED);
}

function unitDifferenceRow(found: UnitDifference): UnitDifferenceRow {
  const { layer, category, unit, entropyA, entropyB, difference, rateA, rateB, p, q } = found;
  return {
    ...{ layer, category, unit, entropy_a: entropyA, entropy_b: entropyB, difference },
    ...{ rate_a: rateA, rate_b: rateB, p, q },
  };
}

export function comparisonNotes(comparison: Comparison): ComparisonNotes {
  const { a, b, threshold, replication, caveat } = comparison;
  return {
    ...{ a, b, threshold, replication, caveat },
    checkpoints_a: comparison.checkpointsA,
    checkpoints_b: comparison.checkpointsB,
    certain_q: CERTAIN_Q,
    runs_a: comparison.runsA,
    runs_b: comparison.runsB,
    least_p: comparison.leastP,
  };
}
