import type { LayerMeasures } from './layer-measures.js';

/** What changed in a layer from one network to another, by measure. */
export function changes(before: LayerMeasures, after: LayerMeasures): Record<string, number> {
  const units = unitChanges(before, after);
  return {
    entropy_change: after.entropy - before.entropy,
    relative_change: after.relative - before.relative,
    millermadow_change: after.millerMadow - before.millerMadow,
    selective_rate_change: after.selectiveRate - before.selectiveRate,
    lower_units: units.filter((change) => change < 0).length / units.length,
  };
}

/** The change of H of each unit that is sensitive in both networks, in the units' order, nats. */
export function unitChanges(before: LayerMeasures, after: LayerMeasures): number[] {
  return Array.from(after.unitEntropy, (entropy, unit) => entropy - (before.unitEntropy[unit] ?? NaN)).filter(
    (change) => !Number.isNaN(change),
  );
}
