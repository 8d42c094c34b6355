import { counted } from '@unitscope/base';
import { nullEntropy } from '@unitscope/entropy';
import type { Claim } from './claim.js';
import {
  cleanRuns,
  firstAndLast,
  measureRuns,
  trainings,
  type MeasuredNetwork,
} from '../networks/clean-networks.js';
import { conditionOf, titleOf } from '../networks/configuration.js';
import type { LayerMeasures } from '../measures/layer-measures.js';
import { slopes } from '../measures/layer-slopes.js';
import type { Measure } from './measure.js';
import { realDepth } from '../real/real-claims.js';
import { meanSeries } from '../networks/series.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'entropy_slope',
    label: 'slope of H, trained (nats a layer)',
    claimed: { kind: 'below', bound: 0, negligible: 0.01 },
  },
  {
    name: 'slope_beyond_random',
    label: 'slope of H, trained − random',
    claimed: { kind: 'below', bound: 0, negligible: 0.01 },
    differences: [0.02, 0.05, 0.1],
  },
  {
    name: 'relative_slope',
    label: 'slope of H / H of noise, trained',
    claimed: { kind: 'below', bound: 0, negligible: 0.005 },
    decides: false,
  },
  { name: 'random_slope', label: 'slope of H, random' },
  { name: 'code_slope', label: 'slope of the code’s H, trained' },
  { name: 'selective_rate_slope', label: 'slope of ε, trained' },
];

const POOLED_SIZES = [28, 14, 7];

/** The fall of H with depth. */
export const depth: Claim = {
  name: 'depth',
  title: 'Depth',
  paper: {
    letter: 'a',
    where: 'Fig. 5A',
    reports: 'H falls steadily with depth when converged, and not clearly at random',
  },
  statement:
    'In a converged network H falls steadily as the layer goes deeper; at random initialisation it does not.',
  measures: MEASURES,
  rule: 'The outcome of a network is the least-squares slope of its layers’ H over their depth. Supported: it is below 0 (within ±0.01 nats a layer: negligible), and below that of the same network at random initialisation (±0.01). Beside it: H / H of noise, which takes out map size and number of births.',
  controls: [
    'The same network at random initialisation, which falls with depth where it pools: map size alone moves H more than anything else.',
    'Against noise of the same map size and number of births.',
    'Both heads at one rate, number of steps and set of images.',
  ],
  conditions: ({ configurations }) => configurations.map((configuration) => conditionOf(configuration)),
  method: ({ settings }) =>
    `Five convolutions (VGG-like: 28×28, 28×28, 14×14 …, with max pooling), ${counted(settings.seeds, 'network')} an architecture, measured on their ${settings.images} training images of each class, before and after ${settings.steps} steps.`,
  measure: async (workshop) => {
    const networks = await measureRuns(workshop, 'depth', cleanRuns(workshop), firstAndLast);
    const groups = workshop.settings.configurations.map((configuration) => ({
      title: titleOf(configuration),
      asked: conditionOf(configuration).asked,
      pairs: trainings(networks, configuration).flatMap((steps) => {
        const [random, last] = [steps[0], steps.at(-1)];
        return random === undefined || last === undefined ? [] : [{ random, last }];
      }),
    }));
    // Twelve lines would lie on each other: beside what the paper asks, what is explored has its figures in a table.
    const paper = groups.filter(({ asked }) => asked === 'paper');
    const drawn = paper.length > 0 ? paper : groups;
    const lines = drawn.flatMap(({ title, pairs }) => [
      { name: title, networks: pairs.map(({ last }) => last) },
      { name: `${title}, random`, networks: pairs.map(({ random }) => random) },
    ]);
    const series = (value: (layer: LayerMeasures) => number) =>
      lines.map(({ name, networks: own }) => layerSeries(name, own, value));
    const births = workshop.settings.images;
    return {
      observations: groups.flatMap(({ title, pairs }) =>
        pairs.flatMap(({ random, last }) =>
          Object.entries(slopes(random.layers, last.layers)).map(([measure, value]) => ({
            ...{ configuration: title, part: '', measure, seed: last.seed, value },
          })),
        ),
      ),
      chart: {
        title: 'Entropy by depth',
        subtitle: `H by the paper’s text. Mean over networks (seeds), intervals: 95 % by Student’s t. ${workshop.images.name}, ${births} images a class.`,
        stepLabel: 'convolution, by depth',
        stepScale: 'linear',
        beside: true,
        panels: [
          {
            label: 'mean feature entropy H (nats)',
            series: series((layer) => layer.entropyPaper),
            possible: [0, Infinity],
          },
          {
            label: 'H / H of noise',
            series: series((layer) => layer.relative),
            possible: [0, Infinity],
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
      real: workshop.real === null ? null : await realDepth(workshop, workshop.real),
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
