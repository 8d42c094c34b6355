import type { TrendSeries } from '@unitscope/plots';
import type { MeasuredNetwork } from '../networks/clean-networks.js';
import { LAYERS } from '../networks/configuration.js';
import { meanSeries } from '../networks/series.js';

/** One panel of a chart: H of each layer by the paper's text, in nats, mean over networks at each place along the axis. */
export function layerPanel(
  title: string,
  networks: readonly MeasuredNetwork[],
  at: (network: MeasuredNetwork) => number,
): { label: string; series: TrendSeries[]; possible: readonly [number, number] } {
  return {
    label: `H (nats): ${title}`,
    possible: [0, Infinity],
    series: LAYERS.map((layer, index) =>
      meanSeries(
        layer,
        networks.map((network) => ({ at: at(network), value: network.layers[index]?.entropyPaper ?? NaN })),
      ),
    ),
  };
}
