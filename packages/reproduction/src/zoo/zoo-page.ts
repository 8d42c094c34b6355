import type { Block } from '../page/page-blocks.js';
import { fixed } from '../page/interval-text.js';
import { LEVELS, type Factor, type ZooSettings } from './design.js';
import { gapOf, type ScoredGroup, type ZooScore } from './score-zoo.js';
import { NOISE_DRAWS, type Interval } from './scores.js';
import { HELD_OUT } from '../networks/training-run.js';
import type { ZooCheckpoint } from './zoo-checkpoints.js';
import { ZOO_MEASURES } from './zoo-measures.js';

export interface ZooPage {
  readonly settings: ZooSettings;
  readonly checkpoints: readonly ZooCheckpoint[];
  readonly last: readonly ZooCheckpoint[];
  readonly fitted: readonly ZooCheckpoint[];
  readonly scored: readonly ScoredGroup[];
  readonly facts: { readonly command: string; readonly images: string };
}

/** Of fewer networks than this scores are a trial of the machinery. */
const FEWEST = 100;

export function zooBlocks({ settings, checkpoints, last, fitted, scored, facts }: ZooPage): Block[] {
  const accuracies = fitted.map(({ logged }) => logged['held_out_accuracy'] ?? NaN);
  const range = (values: readonly number[]): string =>
    values.length === 0 ? '–' : `${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`;
  return [
    { kind: 'heading', level: 1, text: 'Which measure tells which network generalizes' },
    {
      kind: 'paragraph',
      text: `Made by \`${facts.command}\`. Measures were named, and the side on which each is claimed to generalize worse, before any number (\`packages/reproduction/src/zoo/zoo-measures.ts\`).`,
    },
    {
      kind: 'list',
      items: [
        `${last.length} networks, a full design of two levels; ${fitted.length} reached a training loss of ${settings.loss} nats within ${settings.mostSteps} steps and are scored, the others are left out. Levels were chosen by trial on that loss alone.`,
        `${facts.images}, ${settings.images} training images a class; all maps 14×14, so that the last layers compare. ${checkpoints.length} checkpoints were swept, up to 12 a network; scores are of the last.`,
        `Of those scored: held-out accuracy ${range(accuracies)}, training − held-out accuracy (what is to be told) ${range(fitted.map(gapOf))}.`,
        `Held-out accuracy is on ${HELD_OUT} other images of each class. One network a combination: what differs by seed alone is part of the noise. All networks share one draw of images.`,
        ...(fitted.length < FEWEST
          ? [
              `Fewer than ${FEWEST} networks: a pilot, which decides nothing. \`unitscope reproduce zoo --full\` trains 256.`,
            ]
          : []),
      ],
    },
    {
      kind: 'table',
      caption: 'What varies',
      header: ['factor', 'level 0', 'level 1'],
      rows: settings.factors.map((factor) => [factor, ...LEVELS[factor]]),
    },
    ...scored.flatMap((group) => groupBlocks(group, settings.factors)),
    {
      kind: 'list',
      items: [
        'τ: Kendall’s τ-b of the measure (turned so that larger is claimed worse) with training − held-out accuracy. In brackets, where there are 30 networks or more: 95 % percentile bootstrap over networks. Of the least of many numbers it lies too low, and of information too high: read the brackets of the last two columns as a spread.',
        'Granulated τ: mean over factors of the agreement in sign of pairs that differ in that factor alone. Worst environment: the least τ within one level of one factor.',
        'Information: 100 × the least, over sets of at most two factors, of the mutual information of the signs of pairs given the factors, divided by the entropy of the gap’s sign (PGDL, Jiang et al. 2020).',
        `Noise: the 95th percentile of each score over ${NOISE_DRAWS} measures drawn at random on the same networks. Of twenty measures that know nothing one scores more. Each measure is held against it by itself.`,
      ],
    },
    {
      kind: 'list',
      items: [
        'H, H / H of noise, ε and class selectivity: means over the units of the last convolution on its training images. H by the paper’s text is over all units, by the code over sensitive ones; ε is the share of images with a birth.',
        'Margin: right logit − largest other one, the 10th percentile over training images. Error on halves: of the mean of two training images of one class. Error on moved images: by 2 pixels.',
        'Rise of the loss: mean over 3 draws in which each weight is disturbed by a tenth. Norm: over layers. Distance: of all weights from those before the first step. Neural persistence: of the weights (Rieck et al. 2019), mean over layers.',
        'α: the exponent in the tail of the eigenvalues of each layer’s weights, as weightwatcher fits it, mean over layers with 20 or more of them.',
      ],
    },
  ];
}

function shown(value: number | null, digits = 2): string {
  return value === null ? '–' : fixed(value, digits);
}

function withInterval(value: number | null, interval: Interval | null, digits = 2): string {
  if (interval === null) return shown(value, digits);
  return `${shown(value, digits)} [${shown(interval.low, digits)}, ${shown(interval.high, digits)}]`;
}

function labelOf(measure: string): string {
  return ZOO_MEASURES.find(({ name }) => name === measure)?.label ?? measure;
}

function groupBlocks({ group, networks, scores, noise }: ScoredGroup, factors: readonly Factor[]): Block[] {
  const ordered = scores.toSorted((a, b) => (b.tau ?? -2) - (a.tau ?? -2));
  return [
    { kind: 'heading', level: 2, text: `${group[0]?.toUpperCase() ?? ''}${group.slice(1)}` },
    { kind: 'paragraph', text: rankText(ordered, noise.tau) },
    {
      kind: 'table',
      caption: `${networks} networks, by τ`,
      header: ['measure', 'τ', 'granulated τ', 'information', 'worst environment'],
      rows: [
        ...ordered.map(({ measure, tau, granulated, information, worst, intervals }) => [
          labelOf(measure),
          withInterval(tau, intervals.tau),
          withInterval(granulated, intervals.granulated),
          withInterval(information, intervals.information, 1),
          withInterval(worst, intervals.worst),
        ]),
        [
          'noise (95th percentile)',
          ...[shown(noise.tau), shown(noise.granulated), shown(noise.information, 1), shown(noise.worst)],
        ],
      ],
    },
    {
      kind: 'table',
      caption: `${networks} networks: granulated τ by factor, among networks that differ in it alone`,
      header: ['measure', ...factors],
      rows: ordered.map(({ measure, granulatedByFactor }) => [
        labelOf(measure),
        ...factors.map((_, at) => shown(granulatedByFactor[at] ?? null)),
      ]),
    },
  ];
}

/** Where both definitions of H stand. */
function rankText(ordered: readonly ZooScore[], noise: number | null): string {
  const place = (name: string, called: string): string => {
    const at = ordered.findIndex(({ measure }) => measure === name);
    const tau = ordered[at]?.tau ?? null;
    const isAbove = tau !== null && noise !== null && tau > noise;
    return `${called} is number ${at + 1} of ${ordered.length} by τ (${shown(tau)}), ${isAbove ? 'above' : 'not above'} what noise scores`;
  };
  // Beyond both definitions of H, and beyond noise.
  const beyond = Math.max(
    noise ?? 0,
    ...['entropy_paper', 'entropy'].map((name) =>
      Math.abs(ordered.find(({ measure }) => measure === name)?.tau ?? 0),
    ),
  );
  const reversed = ordered.filter(({ tau }) => (tau ?? 0) < -beyond);
  const turned = reversed.map(({ measure, tau }) => `${labelOf(measure)} (${shown(tau)})`).join(', ');
  return `${place('entropy_paper', 'H by the paper’s text')}; ${place('entropy', 'by the authors’ code it')}. ${turned === '' ? '' : `The order is that of what is claimed. Farther from 0 than H, and the other way round than claimed: ${turned}.`}`.trim();
}
