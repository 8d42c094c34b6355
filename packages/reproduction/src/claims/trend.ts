import { pearson } from '@unitscope/entropy';
import type { Claim } from './claim.js';
import { cleanRuns, measureRuns, trainings, type MeasuredNetwork } from '../networks/clean-networks.js';
import { LAYERS, titleOf } from '../networks/configuration.js';
import { layerPanel } from '../page/layer-panel.js';
import type { Measure, Observation } from './measure.js';
import { meanSeries } from '../networks/series.js';

/** r that counts as "almost together". */
const TOGETHER = 0.5;

const MEASURES: readonly Measure[] = [
  {
    name: 'r_without_first',
    label: 'r of H with the loss, without step 0',
    claimed: { kind: 'above', bound: TOGETHER, negligible: 0 },
    digits: 2,
  },
  {
    name: 'r',
    label: 'r with step 0',
    claimed: { kind: 'above', bound: TOGETHER, negligible: 0 },
    digits: 2,
  },
  { name: 'r_relative', label: 'r of H / H of noise, without step 0', digits: 2 },
  { name: 'r_changes', label: 'r of the changes between snapshots', digits: 2 },
  { name: 'entropy_change', label: 'H last − first (nats)' },
];

/** H along the training, beside the loss. */
export const trend: Claim = {
  name: 'trend',
  title: 'Training',
  statement: 'Over the training, the feature entropy of a layer moves almost together with the loss.',
  measures: MEASURES,
  rule: `A case is one layer of one architecture. Supported: over the snapshots, Pearson’s r of the layer’s mean H with the training loss is above ${TOGETHER}, with step 0 and without it.`,
  controls: [
    'Snapshots at steps spaced like a logarithm: most of H’s movement is in the first epochs.',
    'r with and without step 0, whose loss and entropy lie far from the rest.',
    'r of the changes from snapshot to snapshot: two curves that only both fall correlate too.',
    'r of H against noise, which takes out the number of births.',
  ],
  method: ({ settings }) =>
    `Snapshots at 0, 1, 2, 4 … and the last step of ${settings.seeds} trainings an architecture; one r a training and layer; the loss is that of the whole training set at the snapshot.`,
  measure: async (workshop) => {
    const networks = await measureRuns(workshop, 'trend', cleanRuns(workshop), () => ['step-*']);
    const observations: Observation[] = [];
    const panels = [];
    const losses = [];
    for (const configuration of workshop.settings.configurations) {
      const title = titleOf(configuration);
      const runs = trainings(networks, configuration);
      for (const [index, part] of LAYERS.entries()) {
        for (const steps of runs) {
          for (const [measure, value] of Object.entries(correlations(steps, index))) {
            if (value !== null)
              observations.push({ configuration: title, part, measure, seed: steps[0]?.seed ?? 0, value });
          }
        }
      }
      panels.push(layerPanel(title, runs.flat(), ({ step }) => step));
      losses.push(
        meanSeries(
          title,
          runs.flat().map((network) => ({ at: network.step, value: network.loss })),
        ),
      );
    }
    return {
      observations,
      chart: {
        title: 'Feature entropy and loss over the training',
        subtitle: `Mean over networks (seeds), bands: 95 % by Student’s t. ${workshop.images.name}, ${workshop.settings.images} training images a class.`,
        panels: [...panels, { label: 'training loss (nats)', series: losses, zero: true }],
      },
      tables: [],
      notes: [],
    };
  },
};

/** Of one training's snapshots, by step: r of a layer's H with the loss; null where one side is constant. */
export function correlations(
  steps: readonly MeasuredNetwork[],
  layer: number,
): Record<string, number | null> {
  const known = steps.filter((network) => Number.isFinite(network.layers[layer]?.entropy ?? NaN));
  const later = known.filter(({ step }) => step > 0);
  const entropy = (networks: readonly MeasuredNetwork[]): number[] =>
    networks.map((network) => network.layers[layer]?.entropy ?? NaN);
  const loss = (networks: readonly MeasuredNetwork[]): number[] => networks.map((network) => network.loss);
  const changesOf = (values: readonly number[]): number[] =>
    values.slice(1).map((value, index) => value - (values[index] ?? NaN));
  const r = (x: readonly number[], y: readonly number[]): number | null => pearson(x, y)?.r ?? null;
  const first = known[0]?.layers[layer]?.entropy;
  const last = known.at(-1)?.layers[layer]?.entropy;
  return {
    r_without_first: r(entropy(later), loss(later)),
    r: r(entropy(known), loss(known)),
    r_relative: r(
      later.map((network) => network.layers[layer]?.relative ?? NaN),
      loss(later),
    ),
    r_changes: r(changesOf(entropy(known)), changesOf(loss(known))),
    entropy_change: first === undefined || last === undefined ? null : last - first,
  };
}
