import type {
  ComparisonNotes,
  LayerDifferenceRow,
  LayerDifferenceRows,
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
export function unitDifferenceRows(comparison: Comparison): UnitDifferenceRows {
  return {
    rows: comparison.units.map((unit) => unitDifferenceRow(unit)),
    notes: {
      ...comparisonNotes(comparison),
      units: comparison.units.length,
      moved: comparison.units.filter(({ q }) => q !== null && q < CERTAIN_Q).length,
    },
  };
}

function unitDifferenceRow(found: UnitDifference): UnitDifferenceRow {
  const { layer, category, unit, entropyA, entropyB, difference, p, q } = found;
  return { layer, category, unit, entropy_a: entropyA, entropy_b: entropyB, difference, p, q };
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
