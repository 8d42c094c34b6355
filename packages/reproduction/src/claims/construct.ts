import { join, relative } from 'node:path';
import { openImages } from '@unitscope/datasets';
import { BirthKernel } from '@unitscope/topology';
import { fisherMean } from '@unitscope/entropy';
import { meanOf } from '@unitscope/base';
import type { SweepResults } from '@unitscope/query';
import type { Claim, ClaimData } from './claim.js';
import type { Measure, Observation } from './measure.js';
import type { SideTable, Workshop } from './workshop.js';
import { constructMeasures } from '../measures/construct-measures.js';
import { variantBirths, type UnitReadings } from '../measures/variant-births.js';
import { seeds } from '../networks/clean-networks.js';
import { LAYERS, titleOf, type Configuration } from '../networks/configuration.js';
import { imagesSpec, PREPROCESS } from '../networks/example-images.js';
import { meanSeries } from '../networks/series.js';
import { cleanRun, snapshotPath } from '../networks/training-run.js';
import { withInterval } from '../page/interval-text.js';
import { measureInterval } from '../verdict/verdict.js';

/** Categories whose maps are kept: gigabytes otherwise. */
const CATEGORIES = 3;
/** All maps 14×14, so that layers compare. */
const CONFIGURATIONS: readonly Configuration[] = [
  { maps: 'equal', head: 'pooling', norm: 'plain' },
  { maps: 'equal', head: 'flatten', norm: 'plain' },
];
const STATES = ['random', 'trained'] as const;

/** What a birth sees: not a claim of the paper, and without a verdict. docs/construct.md is the chapter of it. */
export const construct: Claim = {
  name: 'construct',
  title: 'What a birth sees',
  paper: null,
  conditions: () => [],
  statement:
    'Not a claim: which changes of a map leave its birth, how much of H and of its change in training is left when pixels are scrambled, and what mirror images and cubical complexes say.',
  measures: [],
  rule: 'No verdict. Kept maps are read again: transposed, turned by 180°, mirrored left to right, with all pixels scrambled by one permutation, and as pictures (cubical complexes, no threshold). Reliability: Pearson’s r over the (unit, category) cells of a layer of H from the even images with H from the odd ones. Correlations have their mean and interval after Fisher’s z, all else by Student’s t.',
  controls: [
    'The same maps in every reading, of the same networks before and after training.',
    'Transposed and turned maps have the same graph up to the names of its vertices: their births must be equal.',
  ],
  method: ({ settings }) =>
    `Networks with a pooling head and with flatten + dense, no norm, ${settings.seeds} a head, before and after training; maps of ${settings.images} images of ${CATEGORIES} classes kept.`,
  measure: async (workshop) => {
    const results = await keptNetworks(workshop);
    const observations = await observe(results);
    return {
      observations,
      chart: chartOf(observations, workshop.images.name),
      tables: tablesOf(observations),
      notes: [],
    };
  },
};

/** Measures the networks before and after training, maps kept. */
async function keptNetworks(workshop: Workshop): Promise<SweepResults> {
  const { specs, networks, settings, images } = workshop;
  const runs = CONFIGURATIONS.flatMap((configuration) =>
    seeds(settings.seeds).map((seed) => cleanRun(images.source, settings, configuration, seed)),
  );
  await workshop.train(runs);
  const { categories } = await openImages(images.source);
  return workshop.sweep(
    'construct',
    {
      checkpoints: runs.flatMap((run) =>
        [0, run.steps].map((step, state) => ({
          path: relative(specs, join(networks, snapshotPath(run, step))),
          label: `${run.name}/${STATES[state] ?? ''}`,
          meta: { head: run.network.head ?? '', seed: run.replicate, state: STATES[state] ?? '' },
        })),
      ),
      images: {
        ...imagesSpec(images, settings.images),
        categories: categories.slice(0, CATEGORIES),
      },
      preprocess: PREPROCESS,
    },
    { activations: 'keep', compression: 'lz4' },
  );
}

async function observe(results: SweepResults): Promise<Observation[]> {
  const { source } = results.manifest;
  const categories = source.kind === 'models' ? source.categories.map(({ label }) => label) : [];
  const kernel = new BirthKernel();
  const found: Observation[] = [];
  for (const checkpoint of results.checkpoints) {
    const { head, seed, state } = checkpoint.meta;
    const configuration = titleOf({ maps: 'equal', head, norm: 'plain' } as Configuration);
    for (const layer of LAYERS) {
      const units: UnitReadings[][] = [];
      for (const category of categories)
        units.push(await variantBirths(results, checkpoint, { layer, category }, kernel));
      for (const [measure, value] of constructMeasures(units))
        found.push({
          ...{ configuration, part: layer, measure: `${String(state)}: ${measure}` },
          ...{ seed: Number(seed), value },
        });
    }
  }
  return [...found, ...trainedLessRandom(found)];
}

/** What training changed in each measure of entropy and reliability, network by network. */
function trainedLessRandom(observations: readonly Observation[]): Observation[] {
  return observations.flatMap((random) => {
    const [state, measure = ''] = random.measure.split(': ');
    if (state !== 'random' || !measure.startsWith('entropy')) return [];
    const trained = observations.find(
      ({ configuration, part, seed, measure: name }) =>
        configuration === random.configuration &&
        part === random.part &&
        seed === random.seed &&
        name === `trained: ${measure}`,
    );
    if (trained === undefined) return [];
    return [{ ...random, measure: `trained − random: ${measure}`, value: trained.value - random.value }];
  });
}

type Select = (configuration: string, part: string | null, measure: string) => number[];

function selecting(observations: readonly Observation[]): Select {
  return (configuration, part, measure) =>
    observations
      .filter(
        (one) =>
          one.configuration === configuration &&
          (part === null || one.part === part) &&
          one.measure === measure,
      )
      .map(({ value }) => value);
}

function chartOf(observations: readonly Observation[], images: string): ClaimData['chart'] {
  const select = selecting(observations);
  const series = (measures: readonly (readonly [string, string])[], scale?: Measure['scale']) =>
    CONFIGURATIONS.flatMap((configuration) => {
      const title = titleOf(configuration);
      return measures.map(([name, measure]) =>
        meanSeries(
          `${configuration.head}${name}`,
          LAYERS.flatMap((layer, depth) =>
            select(title, layer, measure).map((value) => ({ at: depth + 1, value })),
          ),
          scale,
        ),
      );
    });
  const change = 'trained − random: entropy';
  return {
    title: 'What a birth sees',
    subtitle: `Mean over networks (seeds), intervals: 95 % by Student’s t, of reliabilities after Fisher’s z. ${images}, maps of 14×14.`,
    stepLabel: 'convolution, by depth',
    stepScale: 'linear',
    beside: true,
    panels: [
      {
        label: 'H trained − random (nats)',
        series: series([
          ['', `${change}, as it is`],
          [', scrambled', `${change}, scrambled`],
        ]),
        reference: { value: 0, label: 'no change' },
      },
      {
        label: 'random weights: H / H of noise',
        possible: [0, Infinity],
        series: series([['', 'random: entropy / noise']]),
        reference: { value: 1, label: 'noise' },
      },
      {
        label: 'reliability of H, trained',
        possible: [-1, 1],
        series: series(
          [
            ['', 'trained: reliability, as it is'],
            [', mirror-averaged', 'trained: reliability, mirror-averaged'],
          ],
          'correlation',
        ),
      },
    ],
  };
}

function tablesOf(observations: readonly Observation[]): SideTable[] {
  const select = selecting(observations);
  const table = (caption: string, columns: readonly (readonly [string, string])[]): SideTable => ({
    caption,
    header: ['head', 'layer', ...columns.map(([name]) => name)],
    rows: CONFIGURATIONS.flatMap((configuration) =>
      LAYERS.map((layer) => [
        configuration.head,
        layer,
        ...columns.map(([, measure]) =>
          shown(select(titleOf(configuration), layer, measure), scaleOf(measure)),
        ),
      ]),
    ),
  });
  const readings = ['transposed', 'turned', 'mirrored', 'scrambled'];
  const kinds = [...readings.slice(2), 'cubical'];
  const change = 'trained − random: entropy';
  return [
    table(
      'Share of maps with the same birth when they are read again, trained',
      readings.map((reading) => [reading, `trained: same birth, ${reading}`]),
    ),
    table(
      'r over cells of H with H of the maps read again, trained',
      kinds.map((reading) => [reading, `trained: r with H, ${reading}`]),
    ),
    table(
      'H trained − random, nats',
      ['as it is', ...kinds].map((reading) => [reading, `${change}, ${reading}`]),
    ),
    table('H / H of noise', [
      ['random', 'random: entropy / noise'],
      ['trained', 'trained: entropy / noise'],
    ]),
    table(
      'Reliability of H (even images with odd ones), trained; gain: the mean of the differences',
      ['as it is', 'mirrored', 'mirror-averaged', 'gain', 'cubical'].map((name) => [
        name,
        `trained: reliability, ${name}`,
      ]),
    ),
  ];
}

/** Reliability and agreement over cells are correlations; a gain is a difference of two. */
function scaleOf(measure: string): Measure['scale'] {
  if (measure.includes('same birth')) return 'share';
  const isCorrelation = /: (reliability|r with H), /.test(measure) && !measure.endsWith(', gain');
  return isCorrelation ? 'correlation' : 'linear';
}

/** The mean over networks, with its interval. */
function shown(values: readonly number[], scale: Measure['scale']): string {
  const present = values.filter((value) => Number.isFinite(value));
  if (present.length === 0) return '–';
  return withInterval(
    scale === 'correlation' ? fisherMean(present) : meanOf(present),
    measureInterval(present, scale),
  );
}
