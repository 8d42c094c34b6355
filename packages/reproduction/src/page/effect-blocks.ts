import { summarize } from '@unitscope/base';
import { networksNeeded } from '@unitscope/entropy';
import type { Claim } from '../claims/claim.js';
import type { Measure } from '../claims/measure.js';
import type { Effect, Judgement } from '../verdict/effects.js';
import { FEWEST_NETWORKS } from '../verdict/verdict.js';
import type { Block } from './page-blocks.js';
import type { ClaimSection } from './claim-section.js';
import { fixed, withInterval } from './interval-text.js';

/** What values are of: networks; of one that was given its random initialisations, or nothing. */
export type Repeats = 'networks' | 'random initialisations' | null;

/** The conditions that were named, each with its verdict. */
export function verdictsTable(
  measures: readonly Measure[],
  { conditions }: Judgement,
  repeats: Repeats = 'networks',
): Block {
  const named = conditions.filter(({ verdict }) => verdict !== null);
  return {
    kind: 'table',
    caption:
      repeats === null
        ? 'One network, without intervals; a finding beside a figure is judged apart'
        : `Mean over ${repeats} [95 % interval over ${repeats}]; a finding beside a figure is judged apart`,
    header: ['condition', 'verdict', repeats ?? 'networks', ...measures.map(({ label }) => label)],
    rows: named.map(({ condition, verdict, networks, effects }) => [
      condition.name,
      condition.unmet === null ? (verdict ?? '') : `not applicable: ${condition.unmet}`,
      networks,
      ...effects.map((effect, index) => withFinding(effect, measures[index])),
    ]),
  };
}

function withFinding(effect: Effect, measure: Measure | undefined): string {
  const text = effectText(effect, measure?.digits);
  const isApart = measure?.decides === false && effect.finding !== null && text !== '';
  return isApart ? `${text}: ${effect.finding}` : text;
}

/** What was looked at beside what was asked: other architectures, and layer by layer. No verdicts. */
export function explorationTables(
  { title, measures }: Claim,
  { conditions, parts }: Judgement,
  repeats: Repeats = 'networks',
): Block[] {
  const explored = conditions.filter(({ verdict, networks }) => verdict === null && networks > 0);
  // Of parts there are some of the measures, and they have other names.
  const ofParts = measures.flatMap(({ name, label, ofPart = label, digits }) =>
    parts.some(({ effects }) => effectOf(effects, name).values.length > 0)
      ? [{ name, label: ofPart, digits }]
      : [],
  );
  const table = (
    caption: string,
    header: string[],
    shown: readonly { name: string; label: string; digits?: number | undefined }[],
    rows: { cells: (string | number)[]; effects: readonly Effect[] }[],
  ): Block[] => {
    if (rows.length === 0 || shown.length === 0) return [];
    const texts = (effects: readonly Effect[]): string[] =>
      shown.map(({ name, digits }) => effectText(effectOf(effects, name), digits));
    return [
      {
        kind: 'table',
        caption,
        header: [...header, ...shown.map(({ label }) => label)],
        rows: rows.map(({ cells, effects }) => [...cells, ...texts(effects)]),
      },
    ];
  };
  return [
    ...table(
      `Explored: other architectures, without a verdict (${title})`,
      ['architecture', 'networks'],
      measures,
      explored.map(({ condition, networks, effects }) => ({ cells: [condition.name, networks], effects })),
    ),
    ...table(
      `Explored: parts of the networks, without a verdict (${title})`,
      ['condition', 'part', repeats ?? 'networks'],
      ofParts,
      parts.map(({ configuration, part, networks, effects }) => ({
        cells: [configuration, part, networks],
        effects,
      })),
    ),
  ];
}

function effectOf(effects: readonly Effect[], name: string): Effect {
  const nothing: Effect = { measure: name, values: [], mean: NaN, interval: null, finding: null };
  return effects.find(({ measure }) => measure === name) ?? nothing;
}

/** How many networks a difference needs, from the spread that was measured. */
export function seedsTable(sections: readonly ClaimSection[]): Block[] {
  const rows = sections.flatMap(({ claim, judgement }) =>
    claim.measures.flatMap((measure, index) =>
      judgement.conditions.flatMap(({ condition, verdict, effects }) => {
        const values = effects[index]?.values ?? [];
        const { sd } = summarize(values);
        if (verdict === null || measure.differences === undefined || sd === null || sd === 0) return [];
        if (values.length < FEWEST_NETWORKS) return [];
        const needed = measure.differences.map(
          (difference) => `${difference}: ${neededText(sd, difference)}`,
        );
        return [[claim.title, condition.name, measure.label, values.length, fixed(sd), needed.join(', ')]];
      }),
    ),
  );
  if (rows.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: `Networks (seeds) needed to find a true difference with a chance of 80 % at 95 % (Student’s t; at least ${FEWEST_NETWORKS}), from the spread over networks measured here. Of few networks the spread itself is uncertain: the true one of three may be 0.5 to 6.3 times as large, of five 0.6 to 2.9 times`,
      header: [
        'case',
        'condition',
        'measure',
        'networks measured',
        'standard deviation',
        'difference: networks',
      ],
      rows,
    },
  ];
}

/** Fewer than can decide are never enough. */
function neededText(sd: number, difference: number): string {
  const needed = networksNeeded(sd, difference);
  return needed === null ? 'more than 10,000' : String(Math.max(FEWEST_NETWORKS, needed));
}

/** `−0.133 [−0.246, −0.021]` */
export function effectText({ values, mean, interval }: Effect, digits?: number): string {
  return values.length === 0 ? '' : withInterval(mean, interval, digits);
}
