import { counted } from '@unitscope/base';
import { pearson } from '@unitscope/entropy';
import type { Claim } from './claim.js';
import { measureRuns, seeds, type MeasuredNetwork } from '../networks/clean-networks.js';
import { conditionOf, LAYERS, nameOf, titleOf } from '../networks/configuration.js';
import { layerPanel } from '../page/layer-panel.js';
import type { Measure, Observation } from './measure.js';
import { meanSeries, slope } from '../networks/series.js';
import { corruptedRun } from '../networks/training-run.js';
import type { Settings } from '../settings.js';

/** The least training accuracy of the networks that are compared. */
const FIT = 0.97;

const MEASURES: readonly Measure[] = [
  {
    name: 'entropy_slope',
    label: 'H of the last layer at 100 % − 0 % corrupted, by the slope (nats)',
    ofPart: 'H at 100 % − 0 % corrupted, by the slope (nats)',
    claimed: { kind: 'above', bound: 0, negligible: 0.02 },
    differences: [0.05, 0.1, 0.2],
  },
  {
    name: 'selective_rate_slope',
    label: 'the same of ε',
    claimed: { kind: 'below', bound: 0, negligible: 0.02 },
  },
  {
    name: 'least_fit',
    label: 'least training accuracy',
    scale: 'share',
    claimed: { kind: 'control', atLeast: FIT },
  },
  {
    name: 'loss_to_spare',
    label: 'loss asked − greatest training loss',
    claimed: { kind: 'control', atLeast: 0 },
  },
  {
    name: 'relative_slope',
    label: 'H / H of noise, by the slope',
    claimed: { kind: 'above', bound: 0, negligible: 0.01 },
    decides: false,
  },
  { name: 'code_slope', label: 'the code’s H, by the slope' },
  { name: 'r_held_out', label: 'r of H with held-out accuracy', scale: 'correlation', digits: 2 },
];

/** Whether H on training data tells models apart that generalize differently. */
export const generalization: Claim = {
  name: 'generalization',
  title: 'Generalization: corrupted labels (model set B)',
  paper: {
    letter: 'f, set B',
    where: 'Table 4, Fig. 6B',
    reports:
      'of the last layer, at equal training fit: the more labels are corrupted, the higher H and the lower ε',
  },
  statement:
    'Networks that fit their training set equally and generalize differently (labels corrupted by 20 … 80 %) are told apart by the last layer on training data alone: the worse one has the higher entropy and the lower ε.',
  measures: MEASURES,
  rule: `The outcome of a seed is the least-squares slope of its networks’ H (last layer, by the paper’s text) over the share of corrupted labels, and that of ε. Supported: H rises (within ±0.02 nats over the whole range: negligible) and ε falls (±0.02). Control: every network reaches the loss asked and a training accuracy of ${FIT} on the labels it was given, else the condition is open. Beside it, judged apart: H / H of noise (±0.01).`,
  controls: [
    'Grouped by the TRUE class, the same training images for every network: grouping by the given label mixes classes.',
    'Equal fit includes the loss: all networks are trained until one loss, at one constant rate; loss and accuracy stand beside each.',
    'Of one seed, all networks begin with the same weights, and a larger share corrupts the images of a smaller one too.',
    'Both heads at one rate and on the same images; they need different numbers of steps, which stand beside.',
  ],
  conditions: ({ corrupted }) => corrupted.configurations.map((configuration) => conditionOf(configuration)),
  method: ({ settings: { corrupted, seeds: count } }) =>
    `${counted(count, 'network')} an architecture for each of ${corrupted.shares.join(', ')} % of labels replaced by random classes, on ${corrupted.images} images a class, trained until a loss of ${corrupted.loss} nats (at most ${corrupted.mostSteps} steps), measured there on those images.`,
  measure: async (workshop) => {
    const { settings, images } = workshop;
    const { corrupted } = settings;
    // All shares of a seed before the next seed: what is there after an interruption is whole.
    const runs = corrupted.configurations.flatMap((configuration) =>
      seeds(settings.seeds).flatMap((seed) =>
        corrupted.shares.map((percent) =>
          corruptedRun(images.source, settings, configuration, seed, percent),
        ),
      ),
    );
    const networks = await measureRuns(workshop, 'generalization', runs, () => ['step-*']);
    const groups = corrupted.configurations.map((configuration) => ({
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
      observations: groups.flatMap(({ title, own }) => slopesOf(title, own, settings)),
      chart: {
        title: 'Feature entropy on training data of networks that learned corrupted labels by heart',
        subtitle: `Mean over networks (seeds), intervals: 95 % by Student’s t; grouped by the true class. H by the paper’s text. ${images.name}, ${corrupted.images} training images a class.`,
        stepLabel: 'labels corrupted (%)',
        stepScale: 'linear',
        beside: true,
        panels: [
          ...groups.map(({ title, own }) => layerPanel(title, own, corruptionOf)),
          { label: 'held-out accuracy', series: accuracy, zero: true, possible: [0, 1] },
        ],
      },
      tables: [
        {
          caption: 'Fit and entropy by share of corrupted labels',
          header: [
            'configuration',
            'corrupted',
            'steps',
            'greatest training loss',
            'least training accuracy',
            'held-out accuracy',
            'ε of the last layer',
            ...LAYERS.map((l) => `H ${l}`),
          ],
          rows: groups.flatMap(({ title, own }) =>
            corrupted.shares.map((percent) => shareRow(title, own, percent)),
          ),
        },
      ],
      notes: [],
    };
  },
};

/** The outcome of each seed: the slopes of the last layer; those of every layer are explored. */
function slopesOf(
  configuration: string,
  networks: readonly MeasuredNetwork[],
  { seeds: count, corrupted }: Settings,
): Observation[] {
  return seeds(count).flatMap((seed) => {
    const levels = networks.filter((network) => network.seed === seed);
    const last = LAYERS.length - 1;
    const parts = [{ part: '', index: last }, ...LAYERS.map((part, index) => ({ part, index }))];
    return parts.flatMap(({ part, index }) =>
      Object.entries(slopes(levels, index, corrupted.loss))
        // Two shares have no r; the fit is of the whole network.
        .filter(([measure, value]) => Number.isFinite(value) || !(measure === 'r_held_out'))
        .filter(([measure]) => part === '' || !['least_fit', 'loss_to_spare'].includes(measure))
        .map(([measure, value]) => ({ configuration, part, measure, seed, value })),
    );
  });
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
    level.map((network) => network.step).join(', '),
    Math.max(...level.map((network) => network.loss)).toFixed(3),
    Math.min(...level.map((network) => network.accuracy)).toFixed(3),
    mean((network) => network.heldOutAccuracy),
    mean((network) => network.layers.at(-1)?.selectiveRate ?? NaN),
    ...LAYERS.map((_, index) => mean((network) => network.layers[index]?.entropyPaper ?? NaN)),
  ];
}

/** Of the networks of one seed: the change of a layer from 0 to 100 % corrupted labels, by the slope over all shares. */
export function slopes(
  levels: readonly MeasuredNetwork[],
  layer: number,
  loss: number,
): Record<string, number> {
  const over = (value: (network: MeasuredNetwork) => number): number =>
    slope(levels.map((network) => ({ at: corruptionOf(network) / 100, value: value(network) })));
  const entropy = (network: MeasuredNetwork): number => network.layers[layer]?.entropyPaper ?? NaN;
  return {
    entropy_slope: over(entropy),
    relative_slope: over((network) => network.layers[layer]?.relative ?? NaN),
    code_slope: over((network) => network.layers[layer]?.entropy ?? NaN),
    least_fit: Math.min(...levels.map((network) => network.accuracy)),
    loss_to_spare: loss - Math.max(...levels.map((network) => network.loss)),
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
