import { counted } from '@unitscope/base';
import { join, relative } from 'node:path';
import { ablate, type AblationCurve, type CurveArea } from '@unitscope/ablation';
import type { TrendPanel } from '@unitscope/plots';
import type { SweepResults } from '@unitscope/query';
import type { Claim } from './claim.js';
import type { Workshop } from './workshop.js';
import { cleanRuns } from '../networks/clean-networks.js';
import { conditionOf, LAST_LAYER, nameOf, titleOf } from '../networks/configuration.js';
import { imagesSpec, PREPROCESS } from '../networks/example-images.js';
import type { Measure, Observation } from './measure.js';
import { meanSeries, type Sample } from '../networks/series.js';
import { snapshotPath, type TrainingRun } from '../networks/training-run.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'over_random',
    label: 'area under accuracy, by importance − at random',
    claimed: { kind: 'below', bound: 0, negligible: 0.01 },
    differences: [0.02, 0.05, 0.1],
  },
  {
    name: 'over_reverse',
    label: 'by importance − in reverse',
    claimed: { kind: 'below', bound: 0, negligible: 0.01 },
  },
  { name: 'over_selective_rate', label: '− by ε alone' },
  { name: 'over_entropy', label: '− by H alone' },
  { name: 'over_l1', label: '− by L1 norm' },
  { name: 'over_apoz', label: '− by APoZ' },
  { name: 'over_mean', label: '− by mean activation' },
];

/** Rankings whose areas are subtracted, by measure. */
const RIVALS = {
  over_selective_rate: 'selective_rate',
  over_entropy: 'entropy',
  over_l1: 'l1',
  over_apoz: 'apoz',
  over_mean: 'mean',
} as const;
const RANDOM_ORDERS = 5;

/** Units switched off one after another, the important ones first. */
export const ablation: Claim = {
  name: 'ablation',
  title: 'Cumulative ablation',
  paper: {
    letter: 'g',
    where: 'its cumulative ablation',
    reports:
      'units of low ineffectiveness (H / ε) are the important ones: without them accuracy falls sooner',
  },
  statement:
    'Zeroing the units of a layer one after another in the order of importance (low ineffectiveness first) hurts the network sooner than at random, and than in reverse order.',
  measures: MEASURES,
  rule: 'The outcome of a network is of its last layer; the area under the accuracy curve is a mean over the way from no unit to all units ablated. Supported: in the order of importance it is smaller than in random orders, and than in the reverse order; differences within ±0.01 are negligible.',
  controls: [
    'Importance is specific to the category: each category’s ranking is evaluated on images of that category.',
    `Random orders (${RANDOM_ORDERS}), the reverse order, and the rivals: ε alone, H alone, L1 norm, APoZ, mean activation. Only the first two decide.`,
    'With a pooling head mean activation wins by construction: a unit’s mean is what the next layer reads.',
  ],
  conditions: ({ configurations }) => configurations.map((configuration) => conditionOf(configuration)),
  method: ({ settings }) =>
    `Of ${counted(settings.seeds, 'trained network')} an architecture, the units of ${settings.ablation.layers.join(' and ')} were ablated in ${settings.ablation.steps} steps, evaluated on the training images.`,
  measure: async (workshop) => {
    const { settings, images } = workshop;
    const runs = cleanRuns(workshop);
    await workshop.train(runs);
    const results = await lastNetworks(workshop, runs);
    const observations: Observation[] = [];
    const panels: TrendPanel[] = [];
    for (const configuration of settings.configurations) {
      const own = runs.filter(({ name }) => name.startsWith(`${nameOf(configuration)}/`));
      for (const layer of settings.ablation.layers) {
        const found = await ablateLayer(workshop, results, titleOf(configuration), own, layer);
        observations.push(...found.observations);
        panels.push(found.panel);
      }
    }
    return {
      observations,
      chart: {
        title: 'Accuracy while units are switched off',
        subtitle: `Each category in the order of its own ranking, on its own training images; mean over networks (seeds), intervals: 95 % by Student’s t. ${images.name}.`,
        stepLabel: 'units ablated (%)',
        stepScale: 'linear',
        beside: true,
        panels,
      },
      tables: [],
      notes: [],
    };
  },
};

/** Measures each network after its last step: its rankings are the orders of its units. */
function lastNetworks(workshop: Workshop, runs: readonly TrainingRun[]): Promise<SweepResults> {
  const { specs, networks, images } = workshop;
  return workshop.sweep('ablation', {
    checkpoints: runs.map((run) => ({
      path: relative(specs, join(networks, snapshotPath(run, run.steps))),
      label: run.name,
    })),
    images: imagesSpec(images, runs[0]?.perCategory ?? 1),
    preprocess: PREPROCESS,
  });
}

/** Ablates one layer of every network of one configuration. */
async function ablateLayer(
  { settings, threads, signal }: Workshop,
  results: SweepResults,
  configuration: string,
  runs: readonly TrainingRun[],
  layer: string,
): Promise<{ observations: Observation[]; panel: TrendPanel }> {
  const { source } = results.manifest;
  const categories = source.kind === 'models' ? source.categories.map(({ label }) => label) : [];
  const observations: Observation[] = [];
  const curves = new Map<string, Sample[]>();
  for (const run of runs) {
    const found = await ablate(results, {
      checkpoint: run.name,
      layer,
      directions: ['forward', 'reverse'],
      importance: categories,
      ownImages: true,
      steps: settings.ablation.steps,
      randomOrders: RANDOM_ORDERS,
      resamples: 0,
      threads,
      signal,
    });
    for (const [measure, value] of Object.entries(areaDifferences(found.areas)))
      observations.push({
        ...{ configuration, part: layer === LAST_LAYER ? '' : layer, measure, seed: run.replicate, value },
      });
    addCurves(curves, found.curves, found.layer.units);
  }
  const series = [...curves].map(([name, samples]) => meanSeries(name, samples));
  return {
    observations,
    panel: { label: `accuracy: ${configuration}, ${layer}`, series, zero: true, possible: [0, 1] },
  };
}

/** The area under the accuracy curve in the order of importance, less that of other orders, by ranking. */
export function areaDifferences(areas: readonly CurveArea[]): Record<string, number> {
  const area = (ranking: string, direction: string): number =>
    areas.find(
      (found) =>
        found.ranking === ranking &&
        found.direction === direction &&
        found.scope === (ranking === 'random' ? 'all' : 'own'),
    )?.areas.accuracy ?? NaN;
  const importance = area('ineffectiveness', 'forward');
  return {
    over_random: importance - area('random', 'forward'),
    over_reverse: importance - area('ineffectiveness', 'reverse'),
    ...Object.fromEntries(
      Object.entries(RIVALS).map(([measure, ranking]) => [measure, importance - area(ranking, 'forward')]),
    ),
  };
}

const SHOWN: Readonly<Record<string, string>> = {
  'ineffectiveness forward': 'importance',
  'ineffectiveness reverse': 'importance, reverse',
  'selective_rate forward': 'ε alone',
  'mean forward': 'mean activation',
  'l1 forward': 'L1 norm',
  'random forward': 'random',
};

function addCurves(to: Map<string, Sample[]>, curves: readonly AblationCurve[], units: number): void {
  for (const { order, scope, points } of curves) {
    const name = SHOWN[`${order.ranking} ${order.direction}`];
    if (name === undefined || scope !== (order.ranking === 'random' ? 'all' : 'own')) continue;
    const samples = to.get(name) ?? [];
    to.set(name, samples);
    samples.push(
      ...points.map(({ ablated, accuracy }) => ({
        at: Math.round((100 * ablated) / units),
        value: accuracy,
      })),
    );
  }
}
