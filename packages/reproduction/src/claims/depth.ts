import { nullEntropy } from '@unitscope/entropy';
import type { Claim } from './claim.js';
import { cleanRuns, measureRuns, trainings, type MeasuredNetwork } from '../networks/clean-networks.js';
import { titleOf } from '../networks/configuration.js';
import type { LayerMeasures } from '../measures/layer-measures.js';
import { slopes } from '../measures/layer-slopes.js';
import type { Measure, Observation } from './measure.js';
import { realDepth } from '../real/real-claims.js';
import { meanSeries } from '../networks/series.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'entropy_slope',
    label: 'slope of H, trained (nats a layer)',
    claimed: { kind: 'below', bound: 0, negligible: 0.01 },
  },
  {
    name: 'relative_slope',
    label: 'slope of H / H of noise, trained',
    claimed: { kind: 'below', bound: 0, negligible: 0.005 },
  },
  {
    name: 'slope_beyond_random',
    label: 'slope of H, trained − random',
    claimed: { kind: 'below', bound: 0, negligible: 0.01 },
  },
  { name: 'random_slope', label: 'slope of H, random' },
  { name: 'last_minus_first', label: 'H last − first layer, trained' },
  { name: 'selective_rate_slope', label: 'slope of ε, trained' },
];

const POOLED_SIZES = [28, 14, 7];

/** The fall of H with depth. */
export const depth: Claim = {
  name: 'depth',
  title: 'Depth',
  statement: 'The mean feature entropy over sensitive units falls as the layer goes deeper.',
  measures: MEASURES,
  rule: 'A case is one architecture. Supported: over the layers of equal map size the least-squares slope of H is below 0 (within ±0.01 nats a layer: negligible), that of H / H of noise too (±0.005), and the slope of H is below that of the same network at random initialisation (±0.01).',
  controls: [
    'All maps are 14×14: N alone moves H more than anything else.',
    'Against noise of the same map size and number of births.',
    'Against the same network at random initialisation, which falls or rises with depth of its own.',
  ],
  method: ({ settings }) =>
    `Five convolutions with maps of 14×14, ${settings.seeds} networks an architecture, measured on their ${settings.images} training images of each class, before and after training.`,
  measure: async (workshop) => {
    const networks = await measureRuns(workshop, 'depth', cleanRuns(workshop), (run) => [
      'step-0000',
      `step-${String(run.steps).padStart(4, '0')}`,
    ]);
    const observations: Observation[] = [];
    const trained: { name: string; networks: MeasuredNetwork[] }[] = [];
    const untrained: MeasuredNetwork[] = [];
    for (const configuration of workshop.settings.configurations) {
      const title = titleOf(configuration);
      const pairs = trainings(networks, configuration).flatMap((steps) => {
        const [random, last] = [steps[0], steps.at(-1)];
        return random === undefined || last === undefined ? [] : [{ random, last }];
      });
      for (const { random, last } of pairs) {
        for (const [measure, value] of Object.entries(slopes(random.layers, last.layers))) {
          observations.push({ configuration: title, part: '', measure, seed: last.seed, value });
        }
      }
      trained.push({ name: titleOf(configuration), networks: pairs.map(({ last }) => last) });
      untrained.push(...pairs.map(({ random }) => random));
    }
    // Before training a batch norm is the identity: the convolutions of all architectures are alike.
    const lines = [{ name: 'random initialisation', networks: untrained }, ...trained];
    const series = (value: (layer: LayerMeasures) => number) =>
      lines.map(({ name, networks: own }) => layerSeries(name, own, value));
    const real = workshop.real === null ? null : await realDepth(workshop, workshop.real);
    const births = workshop.settings.images;
    return {
      observations,
      chart: {
        title: 'Entropy by depth, all maps 14×14',
        subtitle: `Mean over networks (seeds), bands: 95 % by Student’s t. ${workshop.images.name}, ${workshop.settings.images} images a class.`,
        stepLabel: 'convolution, by depth',
        stepScale: 'linear',
        panels: [
          { label: 'mean feature entropy H (nats)', series: series((layer) => layer.entropy) },
          {
            label: 'H / H of noise',
            series: series((layer) => layer.relative),
            reference: { value: 1, label: 'noise' },
          },
        ],
      },
      tables: [
        {
          caption: `What a network that pools would show without any training: H of noise, ${births} births`,
          header: ['map size', 'H of noise (nats)'],
          rows: POOLED_SIZES.map((size) => [`${size}×${size}`, nullEntropy(size, births).toFixed(3)]),
        },
      ],
      notes: [],
      real,
    };
  },
};

function layerSeries(
  name: string,
  networks: readonly MeasuredNetwork[],
  value: (layer: LayerMeasures) => number,
): ReturnType<typeof meanSeries> {
  return meanSeries(
    name,
    networks.flatMap(({ layers }) => layers.map((layer, index) => ({ at: index + 1, value: value(layer) }))),
  );
}
