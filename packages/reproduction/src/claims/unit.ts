import { join, relative } from 'node:path';
import { counted, meanOf, summarize } from '@unitscope/base';
import { reinitialiseOnnx } from '@unitscope/models';
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
import { cleanRun, snapshotPath } from '../networks/training-run.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'entropy_difference',
    label: 'H trained − mean of the random ones (nats)',
    claimed: { kind: 'below', bound: 0, negligible: 0.05 },
    differences: [0.1, 0.2, 0.5],
  },
  { name: 'entropy_deviations', label: 'H, in standard deviations of the random ones', digits: 2 },
  { name: 'lower_random', label: 'share of the random ones with H as low', scale: 'share', digits: 2 },
  { name: 'l1_deviations', label: 'L1 of maps, in deviations', digits: 2 },
  { name: 'apoz_deviations', label: 'APoZ, in deviations', digits: 2 },
  { name: 'selectivity_deviations', label: 'class selectivity, in deviations', digits: 2 },
];

/** A unit of a trained network, and the same unit of networks at random initialisation. */
interface Found {
  readonly trained: UnitMeasures;
  readonly random: readonly UnitMeasures[];
}

/** One unit against random initialisations: the paper's Table 2. */
export const unit: Claim = {
  name: 'unit',
  title: 'One unit against random initialisations',
  paper: {
    letter: 'e',
    where: 'Table 2',
    reports:
      'H 1.87 trained, 2.87 (sd 0.21) over 100 random initialisations: −4.8 deviations; L1 −0.1, APoZ −0.6',
  },
  statement:
    'A unit of a trained network has a lower H than it has at random initialisations; L1 and APoZ do not tell.',
  measures: MEASURES,
  rule: 'The outcome of a network is of one unit of its last layer: the first with a birth on half of the images of the first category. Supported: its H (by the paper’s text) is below the mean of the same unit at random initialisations (within ±0.05 nats: negligible).',
  controls: [
    'L1 norm of the maps, APoZ and class selectivity of the same unit.',
    'How many random initialisations have an H as low: a mean over networks does not tell of single ones.',
    'The unit is one that has births in the trained network; at random it may have few. By the paper’s text few births are a low H, so the random mean is low for that too.',
    'All networks of an architecture share the random initialisations: an interval over networks says nothing of another draw of those.',
  ],
  conditions: () => PAPER_CONFIGURATIONS.map((configuration) => conditionOf(configuration)),
  method: ({ settings }) =>
    `One unit of each of ${counted(settings.seeds, 'trained network')} an architecture, and of ${settings.randomNetworks} random initialisations of it, the same for all networks, on the ${settings.images} training images of the first class.`,
  measure: async (workshop) => {
    const observations: Observation[] = [];
    const rows: SideTable['rows'][number][] = [];
    for (const configuration of PAPER_CONFIGURATIONS) {
      const found = await comparedUnits(workshop, configuration);
      const title = titleOf(configuration);
      for (const [index, own] of found.entries()) {
        for (const [measure, value] of Object.entries(unitDifferences(own)))
          if (Number.isFinite(value))
            observations.push({ configuration: title, part: '', measure, seed: index + 1, value });
      }
      rows.push(...rowsOf(title, found));
    }
    return { observations, chart: null, tables: [{ ...TABLE, rows }], notes: [] };
  },
};

/** How far a trained unit lies from the random ones, by measure; NaN where those do not vary. */
export function unitDifferences({ trained, random }: Found): Record<string, number> {
  const deviations = (value: (unit: UnitMeasures) => number): number => {
    const { mean, sd } = summarize(random.map(value));
    return mean === null || sd === null || sd === 0 ? NaN : (value(trained) - mean) / sd;
  };
  return {
    entropy_difference: trained.entropyPaper - meanOf(random.map(({ entropyPaper }) => entropyPaper)),
    entropy_deviations: deviations(({ entropyPaper }) => entropyPaper),
    lower_random:
      random.filter(({ entropyPaper }) => entropyPaper <= trained.entropyPaper).length / random.length,
    l1_deviations: deviations(({ l1 }) => l1),
    apoz_deviations: deviations(({ apoz }) => apoz),
    selectivity_deviations: deviations(({ classSelectivity }) => classSelectivity),
  };
}

async function comparedUnits(workshop: Workshop, configuration: Configuration): Promise<Found[]> {
  const { settings, images, networks, specs, copies } = workshop;
  const runs = seeds(settings.seeds).map((seed) => cleanRun(images.source, settings, configuration, seed));
  await workshop.train(runs);
  const trained = runs.map((run) => ({
    path: relative(specs, join(networks, snapshotPath(run, run.steps))),
    label: run.name,
  }));
  const random: { path: string; label: string }[] = [];
  const [first] = runs;
  for (const seed of seeds(settings.randomNetworks)) {
    if (first === undefined) break;
    const path = join(copies, 'random', configuration.head, `random-${seed}.onnx`);
    await reinitialiseOnnx(join(networks, snapshotPath(first, 0)), path, seed);
    random.push({ path: relative(specs, path), label: `random-${seed}` });
  }
  const results = await workshop.sweep(`unit-${configuration.head}`, {
    checkpoints: [...trained, ...random],
    layers: [LAST_LAYER],
    images: imagesSpec(images, settings.images),
    preprocess: PREPROCESS,
  });
  const unitsOf = (label: string) => results.units(results.checkpoint(label));
  const found: Found[] = [];
  for (const { label } of trained) {
    const units = await unitsOf(label);
    const chosen = chosenUnit(units, LAST_LAYER);
    const others: UnitMeasures[] = [];
    for (const other of random) others.push(unitMeasures(await unitsOf(other.label), LAST_LAYER, chosen));
    found.push({ trained: unitMeasures(units, LAST_LAYER, chosen), random: others });
  }
  return found;
}

const TABLE = {
  caption:
    'Table 2 again: a trained unit / mean (sd) over random initialisations. The paper’s: L1 29.5 / 32.2 (30.9), APoZ 17.14 % / 41 % (40 %), class selectivity 0.58 / 0.01 (0.003), H 1.87 / 2.87 (0.21), ε at random 0.83 (0.22)',
  header: ['architecture', 'network', 'L1 of a map', 'APoZ', 'class selectivity', 'H', 'ε'],
};

function rowsOf(title: string, found: readonly Found[]): (string | number)[][] {
  return found.map(({ trained, random }, index) => {
    const text = (value: (of: UnitMeasures) => number): string => {
      const { mean, sd } = summarize(random.map(value).filter(Number.isFinite));
      return `${value(trained).toFixed(3)} / ${mean?.toFixed(3) ?? '–'} (${sd?.toFixed(3) ?? '–'})`;
    };
    return [
      title,
      index + 1,
      text(({ l1 }) => l1),
      text(({ apoz }) => apoz),
      text(({ classSelectivity }) => classSelectivity),
      text(({ entropyPaper }) => entropyPaper),
      text(({ selectiveRate }) => selectiveRate),
    ];
  });
}
