import { pearson } from '@unitscope/entropy';
import type { Claim } from './claim.js';
import { measureRuns, seeds, type MeasuredNetwork } from '../networks/clean-networks.js';
import { LAYERS, nameOf, titleOf } from '../networks/configuration.js';
import { layerPanel } from '../page/layer-panel.js';
import type { Measure, Observation } from './measure.js';
import { meanSeries, slope } from '../networks/series.js';
import { memorisationRun } from '../networks/training-run.js';

/** The least training accuracy of the networks that are compared. */
const FIT = 0.97;

const MEASURES: readonly Measure[] = [
  {
    name: 'entropy_slope',
    label: 'H at 100 % − 0 % corrupted, by the slope (nats)',
    claimed: { kind: 'above', bound: 0, negligible: 0.02 },
  },
  {
    name: 'relative_slope',
    label: 'the same of H / H of noise',
    claimed: { kind: 'above', bound: 0, negligible: 0.01 },
  },
  {
    name: 'least_fit',
    label: 'least training accuracy',
    claimed: { kind: 'control', atLeast: FIT },
  },
  { name: 'r_held_out', label: 'r of H with held-out accuracy', digits: 2 },
  { name: 'selective_rate_slope', label: 'ε at 100 % − 0 %' },
];

/** Whether H on training data tells models apart that generalise differently. */
export const generalization: Claim = {
  name: 'generalization',
  title: 'Generalization',
  statement:
    'Networks that fit their training set equally and generalise differently (labels corrupted by 0 … 100 %) are told apart by feature entropy on training data alone: the worse one has the higher entropy.',
  measures: MEASURES,
  rule: `A case is one layer of one architecture. Supported: H of the layer rises with the share of corrupted labels (the least-squares slope over the shares, one a seed; within ±0.02 nats over the whole range: negligible), and so does H / H of noise (±0.01). Contradicted: it falls. Control: every network has a training accuracy of ${FIT} or more on the labels it was given, else the case is open.`,
  controls: [
    'Grouped by the TRUE class, the same training images for every network: grouping by the given label mixes classes.',
    'Equal fit: the same number of steps for all shares, enough to learn random labels by heart; the training accuracy stands beside each.',
    'Of one seed, all networks begin with the same weights, and a larger share corrupts the images of a smaller one too.',
    'Both heads: what holds with pooling may fade or turn round with flatten + dense.',
  ],
  method: ({ settings }) =>
    `${settings.seeds} networks an architecture for each of ${settings.memorisation.corruption.join(', ')} % of labels replaced by random classes, on ${settings.memorisation.images} images a class, measured at the end on those images.`,
  measure: async (workshop) => {
    const { settings, images } = workshop;
    const { memorisation } = settings;
    // All shares of a seed before the next seed: what is there after an interruption is whole.
    const runs = memorisation.configurations.flatMap((configuration) =>
      seeds(settings.seeds).flatMap((seed) =>
        memorisation.corruption.map((percent) =>
          memorisationRun(images.source, settings, configuration, seed, percent),
        ),
      ),
    );
    const networks = await measureRuns(workshop, 'generalization', runs, (run) => [
      `step-${String(run.steps).padStart(4, '0')}`,
    ]);
    const groups = memorisation.configurations.map((configuration) => ({
      title: titleOf(configuration),
      own: networks.filter((network) => nameOf(network.configuration) === nameOf(configuration)),
    }));
    const accuracy = groups.map(({ title, own }) =>
      meanSeries(
        title,
        own.map((network) => ({ at: corruptionOf(network), value: network.heldOutAccuracy })),
      ),
    );
    return {
      observations: groups.flatMap(({ title, own }) => slopesOf(title, own, seeds(settings.seeds))),
      chart: {
        title: 'Feature entropy on training data of networks that learned corrupted labels by heart',
        subtitle: `Mean over networks (seeds), bands: 95 % by Student’s t; grouped by the true class. ${images.name}, ${memorisation.images} training images a class.`,
        stepLabel: 'labels corrupted (%)',
        stepScale: 'linear',
        panels: [
          ...groups.map(({ title, own }) => layerPanel(title, own, corruptionOf)),
          { label: 'held-out accuracy', series: accuracy, zero: true },
        ],
      },
      tables: [
        {
          caption: 'Fit and entropy by share of corrupted labels',
          header: [
            'configuration',
            'corrupted',
            'least training accuracy',
            'held-out accuracy',
            ...LAYERS.map((l) => `H ${l}`),
          ],
          rows: groups.flatMap(({ title, own }) =>
            memorisation.corruption.map((percent) => shareRow(title, own, percent)),
          ),
        },
      ],
      notes: [],
    };
  },
};

/** The slopes of every layer over the networks of each seed. */
function slopesOf(
  configuration: string,
  networks: readonly MeasuredNetwork[],
  ofSeeds: readonly number[],
): Observation[] {
  return LAYERS.flatMap((part, index) =>
    ofSeeds.flatMap((seed) => {
      const levels = networks.filter((network) => network.seed === seed);
      return (
        Object.entries(slopes(levels, index))
          // Two shares have no r.
          .filter(([measure, value]) => Number.isFinite(value) || measure !== 'r_held_out')
          .map(([measure, value]) => ({ configuration, part, measure, seed, value }))
      );
    }),
  );
}

/** Fit and entropy of the networks of one share of corrupted labels. */
function shareRow(
  configuration: string,
  networks: readonly MeasuredNetwork[],
  percent: number,
): (string | number)[] {
  const level = networks.filter((network) => corruptionOf(network) === percent);
  const mean = (value: (network: MeasuredNetwork) => number): string =>
    (level.reduce((sum, network) => sum + value(network), 0) / level.length).toFixed(3);
  return [
    configuration,
    `${percent} %`,
    Math.min(...level.map((network) => network.accuracy)).toFixed(3),
    mean((network) => network.heldOutAccuracy),
    ...LAYERS.map((_, index) => mean((network) => network.layers[index]?.entropy ?? NaN)),
  ];
}

/** Of the networks of one seed: the change of a layer from 0 to 100 % corrupted labels, by the slope over all shares. */
export function slopes(levels: readonly MeasuredNetwork[], layer: number): Record<string, number> {
  const over = (value: (network: MeasuredNetwork) => number): number =>
    slope(levels.map((network) => ({ at: corruptionOf(network) / 100, value: value(network) })));
  const entropy = (network: MeasuredNetwork): number => network.layers[layer]?.entropy ?? NaN;
  return {
    entropy_slope: over(entropy),
    relative_slope: over((network) => network.layers[layer]?.relative ?? NaN),
    least_fit: Math.min(...levels.map((network) => network.accuracy)),
    r_held_out:
      pearson(
        levels.map(entropy),
        levels.map((network) => network.heldOutAccuracy),
      )?.r ?? NaN,
    selective_rate_slope: over((network) => network.layers[layer]?.selectiveRate ?? NaN),
  };
}

function corruptionOf({ labels }: MeasuredNetwork): number {
  return Number(/\d+$/.exec(labels)?.[0] ?? NaN);
}
