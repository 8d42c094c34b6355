import type { LayerMeasures } from './layer-measures.js';

/** What changed in a layer from one network to another, by measure. */
export function changes(before: LayerMeasures, after: LayerMeasures): Record<string, number> {
  const units = Array.from(before.unitEntropy.keys()).filter(
    (unit) => !Number.isNaN(before.unitEntropy[unit] ?? NaN) && !Number.isNaN(after.unitEntropy[unit] ?? NaN),
  );
  const lower = units.filter(
    (unit) => (after.unitEntropy[unit] ?? 0) < (before.unitEntropy[unit] ?? 0),
  ).length;
  return {
    entropy_change: after.entropy - before.entropy,
    relative_change: after.relative - before.relative,
    millermadow_change: after.millerMadow - before.millerMadow,
    selective_rate_change: after.selectiveRate - before.selectiveRate,
    lower_units: lower / units.length,
  };
}
