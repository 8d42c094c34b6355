import type { LayerMeasures } from './layer-measures.js';
import { slope } from '../networks/series.js';

/** Slopes over layers, by measure. */
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
  const trained = over(last, (layer) => layer.entropyPaper);
  const before = over(random, (layer) => layer.entropyPaper);
  return {
    entropy_slope: trained,
    relative_slope: over(last, (layer) => layer.relative),
    slope_beyond_random: trained - before,
    random_slope: before,
    code_slope: over(last, (layer) => layer.entropy),
    selective_rate_slope: over(last, (layer) => layer.selectiveRate),
  };
}
