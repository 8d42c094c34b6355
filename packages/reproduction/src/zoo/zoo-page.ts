import type { Block } from '../page/page-blocks.js';
import { LEVELS, type ZooSettings } from './design.js';
import { gapOf, type ScoredGroup } from './score-zoo.js';
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
        `${last.length} networks, a full design of two levels; ${fitted.length} reached a training loss of ${settings.loss} nats within ${settings.mostSteps} steps and are scored, the others are left out.`,
        `${facts.images}, ${settings.images} training images a class; all maps 14×14, so that the last layers compare. ${checkpoints.length} checkpoints were swept, up to 12 a network; scores are of the last.`,
        `Of those scored: held-out accuracy ${range(accuracies)}, training − held-out accuracy (what is to be told) ${range(fitted.map(gapOf))}.`,
        'One network a combination: what differs by seed alone is part of the noise. All networks share one draw of images.',
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
    ...scored.flatMap(groupBlocks),
    {
      kind: 'list',
      items: [
        'τ: Kendall’s τ-b of the measure (turned so that larger is claimed worse) with training − held-out accuracy; [95 % percentile bootstrap over networks, where there are 30 or more].',
        'Granulated τ: mean over factors of the agreement in sign of pairs that differ in that factor alone. Worst environment: the least τ within one level of one factor.',
        'Information: 100 × the least, over sets of at most two factors, of the mutual information of the signs of pairs given the factors, divided by the entropy of the gap’s sign (PGDL, Jiang et al. 2020).',
        'Noise: the 95th percentile of each score over 100 measures drawn at random on the same networks.',
        'α: the exponent in the tail of the eigenvalues of each layer’s weights, as weightwatcher fits it, mean over layers with 20 or more of them.',
      ],
    },
  ];
}

function groupBlocks({ group, networks, scores, noise }: ScoredGroup): Block[] {
  const shown = (value: number | null, digits = 2): string =>
    value === null ? '–' : value.toFixed(digits).replace('-', '−');
  const ordered = scores.toSorted((a, b) => (b.tau ?? -2) - (a.tau ?? -2));
  const place = ordered.findIndex(({ measure }) => measure === 'entropy_paper') + 1;
  const own = ordered[place - 1];
  const beyond = own?.tau !== null && own?.tau !== undefined && noise.tau !== null && own.tau > noise.tau;
  return [
    { kind: 'heading', level: 2, text: `${group[0]?.toUpperCase() ?? ''}${group.slice(1)}` },
    {
      kind: 'paragraph',
      text: `H by the paper’s text is number ${place} of ${ordered.length} by τ (${shown(own?.tau ?? null)}), ${beyond ? 'above' : 'not above'} what noise scores.`,
    },
    {
      kind: 'table',
      caption: `${networks} networks, by τ`,
      header: ['measure', 'τ', 'granulated τ', 'information', 'worst environment'],
      rows: [
        ...ordered.map(({ measure, tau, tauInterval, granulated, information, worst }) => [
          ZOO_MEASURES.find(({ name }) => name === measure)?.label ?? measure,
          tauInterval === null
            ? shown(tau)
            : `${shown(tau)} [${shown(tauInterval.low)}, ${shown(tauInterval.high)}]`,
          ...[shown(granulated), shown(information, 1), shown(worst)],
        ]),
        [
          'noise (95th percentile)',
          ...[shown(noise.tau), shown(noise.granulated), shown(noise.information, 1), shown(noise.worst)],
        ],
      ],
    },
  ];
}
