import { pearson } from '@unitscope/entropy';
import { counted, meanOf } from '@unitscope/base';
import type { Claim } from './claim.js';
import { measureRuns, seeds, type MeasuredNetwork } from '../networks/clean-networks.js';
import { conditionOf, LAST_LAYER, nameOf, titleOf } from '../networks/configuration.js';
import type { Measure, Observation } from './measure.js';
import { settingRun } from '../networks/training-run.js';
import type { Settings } from '../settings.js';
import type { SideTable } from './workshop.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'r_held_out',
    label: 'r of H of the last layer with held-out accuracy over the settings',
    claimed: { kind: 'below', bound: 0, negligible: 0.3 },
    scale: 'correlation',
    digits: 2,
  },
  { name: 'r_rate', label: 'r of ε with held-out accuracy', scale: 'correlation', digits: 2 },
  { name: 'r_relative', label: 'r of H / H of noise', scale: 'correlation', digits: 2 },
  { name: 'r_loss', label: 'r of the training loss, a rival', scale: 'correlation', digits: 2 },
  { name: 'best_minus_worst', label: 'H of the best − of the worst setting (nats)' },
  {
    name: 'accuracy_range',
    label: 'held-out accuracy, best − worst setting (the paper’s: 0.279)',
    scale: 'share',
  },
];

/** Whether H tells which hyper-parameters generalize better: the paper's model set A. */
export const hyperparameters: Claim = {
  name: 'hyperparameters',
  title: 'Generalization: hyper-parameters (model set A)',
  paper: {
    letter: 'f, set A',
    where: 'Table 3, Fig. 6A',
    reports:
      'of four settings (test .657, .532, .444, .378) the better generalizing has the lower H in the last layer; ε is close',
  },
  statement:
    'Of networks trained with different hyper-parameters, those that generalize better have the lower feature entropy in the last layer.',
  measures: MEASURES,
  rule: 'The outcome of a seed is Pearson’s r of H (last layer, by the paper’s text) with held-out accuracy over its networks, one a setting. Supported: r is below 0 (within ±0.3: negligible).',
  controls: [
    'The same first weights, images and draw of batches for all settings of a seed.',
    'How far the settings are apart in held-out accuracy: where it is little, chance in the held-out images can turn their order.',
    'As in the paper the settings do not fit equally; training loss and accuracy stand beside, and the loss as a rival.',
  ],
  conditions: (settings) =>
    settings.hyperparameters.configurations.map((configuration) => conditionOf(configuration)),
  method: ({ settings: { hyperparameters: own, seeds: count } }) =>
    `${counted(count, 'network')} an architecture for each of ${own.settings.length} settings (${own.settings.map(({ name }) => name).join(', ')}), on ${own.images} images a class, measured at the end on those images. The settings were chosen by held-out accuracy alone.`,
  measure: async (workshop) => {
    const { settings, images } = workshop;
    const own = settings.hyperparameters;
    const runs = own.configurations.flatMap((configuration) =>
      seeds(settings.seeds).flatMap((seed) =>
        own.settings.map((setting) => settingRun(images.source, settings, configuration, seed, setting)),
      ),
    );
    const networks = await measureRuns(workshop, 'hyperparameters', runs, () => ['step-*'], [LAST_LAYER]);
    const groups = own.configurations.map((configuration) => ({
      title: titleOf(configuration),
      own: networks.filter((network) => nameOf(network.configuration) === nameOf(configuration)),
    }));
    return {
      observations: groups.flatMap(({ title, own: found }) => outcomes(title, found)),
      chart: null,
      tables: groups.map(({ title, own: found }) => settingsTable(title, found, settings)),
      notes: [],
    };
  },
};

function outcomes(configuration: string, networks: readonly MeasuredNetwork[]): Observation[] {
  return [...new Set(networks.map(({ seed }) => seed))].flatMap((seed) =>
    Object.entries(settingCorrelations(networks.filter((network) => network.seed === seed)))
      .filter(([, value]) => Number.isFinite(value))
      .map(([measure, value]) => ({ configuration, part: '', measure, seed, value })),
  );
}

/** Of the networks of one seed, one a setting; NaN where one side is constant. */
export function settingCorrelations(networks: readonly MeasuredNetwork[]): Record<string, number> {
  const accuracy = networks.map(({ heldOutAccuracy }) => heldOutAccuracy);
  const r = (value: (network: MeasuredNetwork) => number): number =>
    pearson(networks.map(value), accuracy)?.r ?? NaN;
  const [worst, best] = [Math.min(...accuracy), Math.max(...accuracy)];
  const entropy = ({ layers }: MeasuredNetwork): number => layers.at(-1)?.entropyPaper ?? NaN;
  /** Several settings may share a place. */
  const entropyAt = (place: number): number =>
    meanOf(networks.filter(({ heldOutAccuracy }) => heldOutAccuracy === place).map(entropy));
  return {
    r_held_out: r(entropy),
    r_rate: r((network) => network.layers.at(-1)?.selectiveRate ?? NaN),
    r_relative: r((network) => network.layers.at(-1)?.relative ?? NaN),
    r_loss: r(({ loss }) => loss),
    best_minus_worst: entropyAt(best) - entropyAt(worst),
    accuracy_range: best - worst,
  };
}

function settingsTable(
  title: string,
  networks: readonly MeasuredNetwork[],
  { hyperparameters: { settings } }: Settings,
): SideTable {
  return {
    caption: `${title}: the settings, means over networks; the paper’s had train / test accuracy .732 / .657, .818 / .532, .828 / .444, .996 / .378`,
    header: [
      'setting',
      'training loss',
      'training accuracy',
      'held-out accuracy',
      'H of the last layer',
      'ε',
      'H / noise',
    ],
    rows: settings.map(({ name }) => {
      const own = networks.filter(({ labels }) => labels === `setting-${name}`);
      const mean = (value: (network: MeasuredNetwork) => number): string =>
        own.length === 0 ? '–' : meanOf(own.map(value)).toFixed(3);
      const last = (value: 'entropyPaper' | 'selectiveRate' | 'relative'): string =>
        mean((network) => network.layers.at(-1)?.[value] ?? NaN);
      return [
        name,
        mean(({ loss }) => loss),
        mean(({ accuracy }) => accuracy),
        mean(({ heldOutAccuracy }) => heldOutAccuracy),
        last('entropyPaper'),
        last('selectiveRate'),
        last('relative'),
      ];
    }),
  };
}
