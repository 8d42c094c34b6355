import type { LayerMeasures } from './layer-measures.js';
import { slope } from '../networks/series.js';

/** Slopes over layers of equal map size, by measure. */
export function slopes(
  random: readonly LayerMeasures[],
  last: readonly LayerMeasures[],
): Record<string, number> {
  const over = (layers: readonly LayerMeasures[], value: (layer: LayerMeasures) => number): number =>
    slope(
      layers
        .map((layer, index) => ({ at: index + 1, value: value(layer) }))
        .filter((sample) => Number.isFinite(sample.value)),
    );
  const trained = over(last, (layer) => layer.entropy);
  const before = over(random, (layer) => layer.entropy);
  return {
    entropy_slope: trained,
    relative_slope: over(last, (layer) => layer.relative),
    slope_beyond_random: trained - before,
    random_slope: before,
    last_minus_first: (last.at(-1)?.entropy ?? NaN) - (last[0]?.entropy ?? NaN),
    selective_rate_slope: over(last, (layer) => layer.selectiveRate),
  };
}
