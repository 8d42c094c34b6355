import { meanOf } from '@unitscope/base';
import type { LayerMeasures } from './layer-measures.js';

/** What changed in a layer from one network to another, by measure. */
export function changes(before: LayerMeasures, after: LayerMeasures): Record<string, number> {
  const units = unitChanges(before, after);
  return {
    paper_change: after.entropyPaper - before.entropyPaper,
    entropy_change: after.entropy - before.entropy,
    relative_change: after.relative - before.relative,
    millermadow_change: after.millerMadow - before.millerMadow,
    selective_rate_change: after.selectiveRate - before.selectiveRate,
    lower_units: units.filter((change) => change < 0).length / units.length,
  };
}

/** What changed in the layers of a network from one state to another: one outcome, of the last layer and of all together. */
export function networkChanges(
  before: readonly LayerMeasures[],
  after: readonly LayerMeasures[],
): Record<string, number> {
  const each = after.flatMap((layer, index) => {
    const own = before[index];
    return own === undefined ? [] : [changes(own, layer)];
  });
  const last = each.at(-1);
  const of = (found: readonly Record<string, number>[], measure: string): number => {
    const values = found.map((layer) => layer[measure] ?? NaN).filter(Number.isFinite);
    return values.length === 0 ? NaN : meanOf(values);
  };
  return {
    last_change: last?.['paper_change'] ?? NaN,
    mean_change: of(each, 'paper_change'),
    rate_change: of(each.slice(0, -1), 'selective_rate_change'),
    last_rate_change: last?.['selective_rate_change'] ?? NaN,
    last_code_change: last?.['entropy_change'] ?? NaN,
    last_relative_change: last?.['relative_change'] ?? NaN,
    lower_layers: each.filter((layer) => (layer['paper_change'] ?? NaN) < 0).length / each.length,
  };
}

/** The change of H of each unit that is sensitive in both networks, in the units' order, nats. */
export function unitChanges(before: LayerMeasures, after: LayerMeasures): number[] {
  return Array.from(after.unitEntropy, (entropy, unit) => entropy - (before.unitEntropy[unit] ?? NaN)).filter(
    (change) => !Number.isNaN(change),
  );
}
