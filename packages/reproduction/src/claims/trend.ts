import { counted } from '@unitscope/base';
import { pearson } from '@unitscope/entropy';
import type { TrendPanel, TrendSeries } from '@unitscope/plots';
import type { Claim } from './claim.js';
import { cleanRuns, measureRuns, trainings, type MeasuredNetwork } from '../networks/clean-networks.js';
import { conditionOf, LAST_LAYER, titleOf } from '../networks/configuration.js';
import { epochSteps } from '../networks/training-run.js';
import type { Measure, Observation } from './measure.js';
import { meanSeries } from '../networks/series.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'r',
    label: 'r of H with the loss, all snapshots',
    claimed: { kind: 'above', bound: 0, negligible: 0.3 },
    scale: 'correlation',
    digits: 2,
  },
  {
    name: 'r_later',
    label: 'r without the first epoch',
    claimed: { kind: 'above', bound: 0, negligible: 0.3 },
    scale: 'correlation',
    decides: false,
    digits: 2,
  },
  { name: 'r_relative', label: 'r of H / H of noise', scale: 'correlation', digits: 2 },
  { name: 'r_changes', label: 'r of the changes between snapshots', scale: 'correlation', digits: 2 },
  { name: 'first_epoch', label: 'H after the first epoch − before (nats)' },
  { name: 'after', label: 'H last − after the first epoch' },
];

/** H along the training, beside the loss. */
export const trend: Claim = {
  name: 'trend',
  title: 'Training',
  paper: {
    letter: 'c',
    where: 'Fig. 5B',
    reports: 'H of the last layer and the loss fall together: a large drop in the first epoch, then slowly',
  },
  statement: 'Over the training, the feature entropy of the last layer falls together with the loss.',
  measures: MEASURES,
  rule: 'The outcome of a network is Pearson’s r of its last layer’s mean H (by the paper’s text, over all units) with the training loss over the snapshots of its training. Supported: r is above 0 (within ±0.3: negligible). Beside it, judged apart: r over the snapshots after the first epoch alone, since two curves that both drop at the start correlate.',
  controls: [
    'Snapshots at steps spaced like a logarithm: most of H’s movement is in the first epoch.',
    'r without the first epoch, not only without step 0: steps 1, 2, 4 still are step 0.',
    'Two learning rates, the same for both heads.',
    'r of the changes from snapshot to snapshot, and of H against noise, which takes out the number of births.',
  ],
  conditions: (settings) =>
    settings.configurations.flatMap((configuration) =>
      [settings.learningRate, settings.otherRate].map((rate) => conditionOf(configuration, rateText(rate))),
    ),
  method: ({ settings }) =>
    `Snapshots of ${counted(settings.seeds, 'training')} an architecture and learning rate, ${settings.steps} steps, ${epochSteps(settings)} an epoch; one r a training; the loss is that of the whole training set at the snapshot.`,
  measure: async (workshop) => {
    const { settings } = workshop;
    const observations: Observation[] = [];
    const panels: TrendPanel[] = [];
    for (const rate of [settings.learningRate, settings.otherRate]) {
      const layers = settings.extent === 'quick' ? [LAST_LAYER] : undefined;
      const runs = cleanRuns(workshop, rate);
      const networks = await measureRuns(workshop, `trend-${rate}`, runs, () => ['step-*'], layers);
      const [entropies, losses]: [TrendSeries[], TrendSeries[]] = [[], []];
      for (const configuration of settings.configurations) {
        const { name } = conditionOf(configuration, rateText(rate));
        const own = trainings(networks, configuration);
        observations.push(...own.flatMap((steps) => observed(name, steps, epochSteps(settings))));
        entropies.push(series(titleOf(configuration), own, (network) => network.layers.at(-1)?.entropyPaper));
        losses.push(series(titleOf(configuration), own, (network) => network.loss));
      }
      panels.push(
        { label: `H of the last layer (nats), ${rateText(rate)}`, series: entropies, possible: POSITIVE },
        { label: `training loss (nats), ${rateText(rate)}`, series: losses, zero: true, possible: POSITIVE },
      );
    }
    return {
      observations,
      chart: {
        title: 'Feature entropy of the last layer and loss over the training',
        subtitle: `H by the paper’s text. Mean over networks (seeds), bands: 95 % by Student’s t. ${workshop.images.name}, ${settings.images} training images a class, ${epochSteps(settings)} steps an epoch.`,
        panels,
      },
      tables: [],
      notes: [],
    };
  },
};

/** Of nats. */
const POSITIVE = [0, Infinity] as const;

function rateText(rate: number): string {
  return `rate ${rate}`;
}

function series(
  name: string,
  runs: readonly (readonly MeasuredNetwork[])[],
  value: (network: MeasuredNetwork) => number | undefined,
): TrendSeries {
  return meanSeries(
    name,
    runs.flat().map((network) => ({ at: network.step, value: value(network) ?? NaN })),
  );
}

/** The outcome of one training: of its last layer; the other layers that were measured are explored. */
function observed(configuration: string, steps: readonly MeasuredNetwork[], epoch: number): Observation[] {
  const layers = steps[0]?.layers ?? [];
  const seed = steps[0]?.seed ?? 0;
  return layers.flatMap(({ layer }, index) => {
    const isLast = index === layers.length - 1;
    const entries = Object.entries(correlations(steps, index, epoch));
    const parts = isLast && layers.length > 1 ? ['', layer] : [isLast ? '' : layer];
    return parts.flatMap((part) =>
      entries.flatMap(([measure, value]) =>
        value === null ? [] : [{ configuration, part, measure, seed, value }],
      ),
    );
  });
}

/** Of one training's snapshots, by step: r of a layer's H with the loss; null where one side is constant. */
export function correlations(
  steps: readonly MeasuredNetwork[],
  layer: number,
  epoch: number,
): Record<string, number | null> {
  const known = steps.filter((network) => Number.isFinite(network.layers[layer]?.entropyPaper ?? NaN));
  const later = known.filter(({ step }) => step >= epoch);
  const entropy = (networks: readonly MeasuredNetwork[]): number[] =>
    networks.map((network) => network.layers[layer]?.entropyPaper ?? NaN);
  const loss = (networks: readonly MeasuredNetwork[]): number[] => networks.map((network) => network.loss);
  const changesOf = (values: readonly number[]): number[] =>
    values.slice(1).map((value, index) => value - (values[index] ?? NaN));
  const r = (x: readonly number[], y: readonly number[]): number | null => pearson(x, y)?.r ?? null;
  const relative = known.filter((network) => Number.isFinite(network.layers[layer]?.relative ?? NaN));
  const at = (network: MeasuredNetwork | undefined): number => network?.layers[layer]?.entropyPaper ?? NaN;
  const [first, afterFirst, last] = [at(known[0]), at(later[0]), at(known.at(-1))];
  const difference = (a: number, b: number): number | null => (Number.isFinite(a - b) ? a - b : null);
  return {
    r: r(entropy(known), loss(known)),
    r_later: r(entropy(later), loss(later)),
    r_relative: r(
      relative.map((network) => network.layers[layer]?.relative ?? NaN),
      loss(relative),
    ),
    r_changes: r(changesOf(entropy(known)), changesOf(loss(known))),
    first_epoch: difference(afterFirst, first),
    after: difference(last, afterFirst),
  };
}
