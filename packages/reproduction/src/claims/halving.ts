import { join, relative } from 'node:path';
import { counted, meanOf } from '@unitscope/base';
import { ablate } from '@unitscope/ablation';
import { rescaleModel } from '@unitscope/models';
import type { Claim } from './claim.js';
import type { SideTable, Workshop } from './workshop.js';
import { seeds } from '../networks/clean-networks.js';
import {
  conditionOf,
  LAST_LAYER,
  PAPER_CONFIGURATIONS,
  titleOf,
  type Configuration,
} from '../networks/configuration.js';
import { imagesSpec, PREPROCESS } from '../networks/example-images.js';
import { chosenUnit, unitMeasures, type UnitMeasures } from '../measures/one-unit.js';
import type { Measure, Observation } from './measure.js';
import { cleanRun, snapshotPath, type TrainingRun } from '../networks/training-run.js';

/** The paper's own changes are 0.03 and 0.05 nats. */
const NEAR = 0.1;

const MEASURES: readonly Measure[] = [
  {
    name: 'entropy_filters',
    label: 'H, filters halved − none (nats)',
    claimed: { kind: 'within', tolerance: 0 },
  },
  {
    name: 'entropy_images',
    label: 'H, images halved − none',
    claimed: { kind: 'near', margin: NEAR },
    differences: [0.05, 0.1],
  },
  { name: 'entropy_both', label: 'H, both − none', claimed: { kind: 'near', margin: NEAR } },
  { name: 'l1_filters', label: 'L1 of maps ×, filters halved', scale: 'amount', digits: 2 },
  { name: 'l1_both', label: 'L1 of maps ×, both', scale: 'amount', digits: 2 },
  { name: 'apoz_images', label: 'APoZ, images halved − none' },
  { name: 'selectivity_filters', label: 'class selectivity, filters halved − none' },
  { name: 'selectivity_images', label: 'class selectivity, images halved − none' },
];

/** The rows of Table 1, with the paper's figures: accuracy, L1, APoZ, class selectivity, H. */
const STATES = [
  { name: 'none', images: 1, filters: 1, paper: '0.83, 29.5, 17.14 %, 0.58, 1.87' },
  { name: 'images', images: 0.5, filters: 1, paper: '0.81, 14.7, 17.15 %, 0.31, 1.90' },
  { name: 'filters', images: 1, filters: 0.5, paper: '0.83, 14.6, 17.14 %, 0.30, 1.87' },
  { name: 'both', images: 0.5, filters: 0.5, paper: '0.79, 7.2, 17.16 %, 0.03, 1.92' },
] as const;
type State = (typeof STATES)[number]['name'];

/** A unit of one network in the four states of Table 1. */
type Found = Record<State, UnitMeasures & { readonly accuracy: number }>;

/** One unit under halved images and halved filters: the paper's Table 1. */
export const halving: Claim = {
  name: 'halving',
  title: 'Images and filters halved',
  paper: {
    letter: 'd',
    where: 'Table 1',
    reports: 'H 1.87; images halved 1.90, filters halved 1.87, both 1.92, while L1 falls to a quarter',
  },
  statement:
    'Where input images or the filters of its layer are halved, a unit’s H stays, while its L1 norm halves.',
  measures: MEASURES,
  rule: `The outcome of a network is of one unit of its last layer: the first with a birth on half of the images of the first category. Supported: with filters (and biases) halved H is the same to the bit; with images halved, and with both, the interval of the change lies within ±${NEAR} nats.`,
  controls: [
    'Accuracy, L1 norm of the maps, APoZ and class selectivity of the same unit in the same four states.',
    'Class selectivity is a ratio: filters halved with their biases cannot change it. The paper’s figures do, so its filters were halved in another way, or its selectivity is another.',
  ],
  conditions: () => PAPER_CONFIGURATIONS.map((configuration) => conditionOf(configuration)),
  method: ({ settings }) =>
    `${counted(settings.seeds, 'trained network')} an architecture. Images are halved by preprocessing, filters and biases of ${LAST_LAYER} in the file; what follows is left as it is. Accuracy is on the measured images.`,
  measure: async (workshop) => {
    const observations: Observation[] = [];
    const tables: SideTable[] = [];
    for (const configuration of PAPER_CONFIGURATIONS) {
      const found = await halvedUnits(workshop, configuration);
      const title = titleOf(configuration);
      for (const [index, states] of found.entries()) {
        for (const [measure, value] of Object.entries(halvingChanges(states)))
          observations.push({ configuration: title, part: '', measure, seed: index + 1, value });
      }
      tables.push(tableOf(title, found));
    }
    return { observations, chart: null, tables, notes: [] };
  },
};

/** What halving changed in one unit, by measure. */
export function halvingChanges({ none, images, filters, both }: Found): Record<string, number> {
  return {
    entropy_filters: filters.entropyPaper - none.entropyPaper,
    entropy_images: images.entropyPaper - none.entropyPaper,
    entropy_both: both.entropyPaper - none.entropyPaper,
    l1_filters: filters.l1 / none.l1,
    l1_both: both.l1 / none.l1,
    apoz_images: images.apoz - none.apoz,
    selectivity_filters: filters.classSelectivity - none.classSelectivity,
    selectivity_images: images.classSelectivity - none.classSelectivity,
  };
}

/** The unit of each network of an architecture, in the four states. */
async function halvedUnits(workshop: Workshop, configuration: Configuration): Promise<Found[]> {
  const { settings, images } = workshop;
  const runs = seeds(settings.seeds).map((seed) => cleanRun(images.source, settings, configuration, seed));
  await workshop.train(runs);
  const chosen = new Map<string, number>();
  const found = runs.map(() => ({}) as Record<State, Found[State]>);
  for (const state of STATES) {
    const results = await workshop.sweep(`halving-${configuration.head}-${state.name}`, {
      checkpoints: await checkpointsOf(workshop, runs, state.filters),
      layers: [LAST_LAYER],
      images: imagesSpec(images, settings.images),
      preprocess: { preset: PREPROCESS, scale: state.images / 255 },
    });
    for (const [index, run] of runs.entries()) {
      const units = await results.units(results.checkpoint(run.name));
      const unit = chosen.get(run.name) ?? chosenUnit(units, LAST_LAYER);
      chosen.set(run.name, unit);
      const [curve] = (
        await ablate(results, {
          ...{
            checkpoint: run.name,
            layer: LAST_LAYER,
            by: ['mean'],
            steps: 1,
            randomOrders: 0,
            resamples: 0,
          },
          // So little is evaluated that a second thread is not worth its start.
          ...{ threads: 1, signal: workshop.signal },
        })
      ).curves;
      const own = found[index];
      if (own === undefined) continue;
      own[state.name] = {
        ...unitMeasures(units, LAST_LAYER, unit),
        accuracy: curve?.points.find(({ ablated }) => ablated === 0)?.accuracy ?? NaN,
      };
    }
  }
  return found;
}

async function checkpointsOf(
  { specs, networks, copies }: Workshop,
  runs: readonly TrainingRun[],
  factor: number,
): Promise<{ path: string; label: string }[]> {
  const checkpoints = [];
  for (const run of runs) {
    const original = join(networks, snapshotPath(run, run.steps));
    const copy = join(copies, run.name, `${LAST_LAYER}-halved.onnx`);
    if (factor !== 1) await rescaleModel(original, copy, { layer: LAST_LAYER, factor, alone: true });
    checkpoints.push({ path: relative(specs, factor === 1 ? original : copy), label: run.name });
  }
  return checkpoints;
}

function tableOf(title: string, found: readonly Found[]): SideTable {
  return {
    caption: `Table 1 again: ${title}, mean over networks of one unit each; the paper’s row: accuracy, L1, APoZ, class selectivity, H`,
    header: [
      'halved',
      'accuracy',
      'L1 of a map',
      'APoZ',
      'class selectivity',
      'H',
      'the code’s H',
      'the paper’s row',
    ],
    rows: STATES.map(({ name, paper }) => {
      const mean = (value: (unit: Found[State]) => number): string =>
        meanOf(found.map((states) => value(states[name]))).toFixed(3);
      return [
        name,
        mean(({ accuracy }) => accuracy),
        mean(({ l1 }) => l1),
        mean(({ apoz }) => apoz),
        mean(({ classSelectivity }) => classSelectivity),
        mean(({ entropyPaper }) => entropyPaper),
        mean(({ entropy }) => entropy),
        paper,
      ];
    }),
  };
}
