import { meanOf } from '@unitscope/base';
import type { LayerMeasures } from './layer-measures.js';

/** One copy of a network, with one layer rescaled by `factor`. */
export interface RescaledNetwork {
  readonly seed: number;
  readonly factor: number;
  readonly layer: string;
  readonly layers: readonly LayerMeasures[];
}

/** What rescaling changed in one network, by measure. */
export function rescalingChanges(
  original: RescaledNetwork,
  rescaled: readonly RescaledNetwork[],
): Record<string, number> {
  const powers = rescaled.filter(({ factor }) => Number.isInteger(Math.log2(factor)));
  const others = rescaled.filter((network) => !powers.includes(network));
  const byPowers = powers.flatMap((network) => differences(original, network));
  const byOthers = others.flatMap((network) => differences(original, network));
  const factorOf = (value: (layer: LayerMeasures) => number): number =>
    meanOf(
      others.map((network) => {
        const own = (of: RescaledNetwork): number =>
          of.layers.filter(({ layer }) => layer === network.layer).map(value)[0] ?? NaN;
        return own(network) / own(original);
      }),
    );
  return {
    changed_by_powers: byPowers.filter((difference) => difference !== 0).length / byPowers.length,
    mean_change: meanOf(byOthers),
    largest_change: byOthers.reduce((most, difference) => Math.max(most, difference), 0),
    mean_change_by_powers: meanOf(byPowers),
    l1_factor: factorOf((layer) => layer.l1Norm),
    activation_factor: factorOf((layer) => layer.meanActivation),
  };
}

/** |ΔH| of every (unit, category) cell of every layer. */
export function differences(original: RescaledNetwork, network: RescaledNetwork): number[] {
  return original.layers.flatMap((layer, index) =>
    Array.from(layer.cellEntropy, (value, cell) =>
      Math.abs((network.layers[index]?.cellEntropy[cell] ?? NaN) - value),
    ),
  );
}
