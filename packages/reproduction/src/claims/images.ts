import { join, relative } from 'node:path';
import { pearson, unitStatistics, histogramOf } from '@unitscope/entropy';
import { keptBirths, type BirthCell } from '../measures/kept-births.js';
import type { SweepResults } from '@unitscope/query';
import type { Claim } from './claim.js';
import type { Measure } from './measure.js';
import type { Workshop } from './workshop.js';
import { seeds } from '../networks/clean-networks.js';
import { LAYERS } from '../networks/configuration.js';
import { imagesSpec, PREPROCESS } from '../networks/example-images.js';
import { meanSeries, type Sample } from '../networks/series.js';
import { cleanRun, snapshotPath } from '../networks/training-run.js';

/** Reliability that is enough to tell units apart. */
const ENOUGH = 0.8;

/** How H and its reliability depend on the number of images; not a claim of the paper, and without a verdict. */
export const images: Claim = {
  name: 'images',
  title: 'How many images are enough',
  paper: null,
  conditions: () => [],
  statement:
    'Not a claim: how H of the plug-in estimate, its correction and its reliability depend on m, the images a category.',
  measures: [],
  rule: `No verdict. Reliability at m: Pearson’s r, over the (unit, category) cells of a layer that are sensitive in both halves, of H from m images with H from m others of the same category. Enough: ${ENOUGH}.`,
  controls: ['The two halves share no image.', 'The same networks and draws of images for every m.'],
  method: ({ settings }) =>
    `One trained network (VGG-like, pooling head) a seed, ${settings.curve.images} images of each class drawn from all images of the class, births kept, halves of m drawn from them.`,
  measure: async (workshop) => {
    const { sizes } = workshop.settings.curve;
    const samples = await samplesOf(await poolingNetworks(workshop), sizes);
    const series = (which: Curve) =>
      LAYERS.map((layer) => meanSeries(layer, samples.get(layer)?.[which] ?? [], scaleOf(which)));
    return {
      observations: [],
      chart: {
        title: 'How many images are enough',
        subtitle: `Trained networks (VGG-like, pooling head; one a seed); intervals: 95 % by Student’s t over networks, of reliabilities after Fisher’s z. ${workshop.images.name}.`,
        stepLabel: 'm: images a category',
        beside: true,
        panels: [
          { label: 'mean H (nats), plug-in', series: series('entropy'), possible: [0, Infinity] },
          { label: 'mean H, Miller–Madow', series: series('corrected'), possible: [0, Infinity] },
          {
            label: 'reliability: r of H from m images with H from m others',
            series: series('reliability'),
            possible: [-1, 1],
            reference: { value: ENOUGH, label: `r = ${ENOUGH}` },
          },
        ],
      },
      tables: [
        {
          caption: `Mean H / Miller–Madow / reliability, by m; enough: the first m with r ≥ ${ENOUGH}`,
          header: ['layer', ...sizes.map((m) => `m = ${m}`), 'enough'],
          rows: LAYERS.map((layer) => enoughRow(layer, samples.get(layer), sizes)),
        },
      ],
      notes: [],
    };
  },
};

type Curve = 'entropy' | 'corrected' | 'reliability';

function scaleOf(which: Curve): Measure['scale'] {
  return which === 'reliability' ? 'correlation' : 'linear';
}

type Curves = Record<Curve, Sample[]>;

/** Trains the networks with a pooling head and measures them after the last step, births kept. */
async function poolingNetworks(workshop: Workshop): Promise<SweepResults> {
  const { specs, networks, settings } = workshop;
  const runs = seeds(settings.seeds).map((seed) =>
    cleanRun(workshop.images.source, settings, { maps: 'vgg', head: 'pooling', norm: 'plain' }, seed),
  );
  await workshop.train(runs);
  return workshop.sweep(
    'images',
    {
      checkpoints: runs.map((run) => ({
        path: relative(specs, join(networks, snapshotPath(run, run.steps))),
        label: `seed-${run.replicate}`,
        meta: { seed: run.replicate },
      })),
      images: imagesSpec(workshop.images, settings.curve.images),
      preprocess: PREPROCESS,
    },
    { births: true },
  );
}

/** By layer: what comes of m images, for every m and network. */
async function samplesOf(results: SweepResults, sizes: readonly number[]): Promise<Map<string, Curves>> {
  const samples = new Map<string, Curves>();
  for (const checkpoint of results.checkpoints) {
    for (const [layer, cells] of await keptBirths(results, checkpoint)) {
      const own = samples.get(layer) ?? { entropy: [], corrected: [], reliability: [] };
      samples.set(layer, own);
      for (const m of sizes) {
        const found = halvesOf(cells, m);
        own.entropy.push({ at: m, value: found.entropy });
        own.corrected.push({ at: m, value: found.corrected });
        own.reliability.push({ at: m, value: found.reliability });
      }
    }
  }
  return samples;
}

/** The means of a layer at each m, and the first m whose reliability is enough. */
function enoughRow(
  layer: string,
  samples: Curves | undefined,
  sizes: readonly number[],
): (string | number)[] {
  const points = (which: Curve) => meanSeries(layer, samples?.[which] ?? [], scaleOf(which)).points;
  const curves = [points('entropy'), points('corrected'), points('reliability')];
  return [
    layer,
    ...sizes.map((m) =>
      curves.map((curve) => curve.find(({ step }) => step === m)?.value?.toFixed(2) ?? '–').join(' / '),
    ),
    points('reliability').find(({ value }) => (value ?? 0) >= ENOUGH)?.step ??
      `more than ${sizes.at(-1) ?? 0}`,
  ];
}

/** H of every cell from m images and from m others: their mean, corrected too, and how they correlate. */
export function halvesOf(
  cells: readonly BirthCell[],
  m: number,
): { entropy: number; corrected: number; reliability: number } {
  const [first, second]: [number[], number[]] = [[], []];
  let corrected = 0;
  for (const { ranks, mapSize } of cells) {
    // Spread over all images and dealt out by turns: an order among them is in both halves.
    const image = (place: number): number => ranks[Math.floor((place * ranks.length) / (2 * m))] ?? 0;
    const [a, b] = [0, 1].map((half) => {
      const ownRanks = Array.from({ length: m }, (_, index) => image(2 * index + half));
      return unitStatistics(histogramOf(ownRanks), m, mapSize);
    });
    if (a?.sensitive !== true || b?.sensitive !== true) continue;
    first.push(a.entropy);
    second.push(b.entropy);
    corrected += (a.entropyMillerMadow + b.entropyMillerMadow) / 2;
  }
  const sum = [...first, ...second].reduce((total, value) => total + value, 0);
  return {
    entropy: sum / (2 * first.length),
    corrected: corrected / first.length,
    reliability: pearson(first, second)?.r ?? NaN,
  };
}
