import type { Interval } from '@unitscope/entropy';
import type { Claim, ClaimData } from '../claims/claim.js';
import type { CaseEffect, CaseResult, Judgement } from '../verdict/effects.js';
import type { Measure } from '../claims/measure.js';
import type { Block } from './page-blocks.js';
import { FINDINGS, RULE } from '../verdict/verdict.js';

/** A claim that was measured and judged. */
export interface ClaimSection {
  readonly claim: Claim;
  readonly method: string;
  readonly data: ClaimData;
  readonly judgement: Judgement;
  /** On the network that `--model` gave. */
  readonly real: Judgement | null;
  readonly svg: string | null;
}

/** Where and with what a run was made. */
export interface PageFacts {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly facts: readonly string[];
  /** Claims that are asked for and not measured yet. */
  readonly missing: readonly string[];
  readonly realGiven: boolean;
}

const DIGITS = 3;

/** The page: the rule before any number, a summary, then each claim. */
export function pageBlocks(sections: readonly ClaimSection[], facts: PageFacts): Block[] {
  const judged = sections.filter(({ claim }) => claim.measures.length > 0);
  return [
    { kind: 'heading', level: 1, text: 'The paper’s claims, measured again' },
    {
      kind: 'paragraph',
      text: `Zhao and Zhang (ICLR 2022) say of feature entropy what is asked here of real networks, each claim with its controls. Made by \`${facts.command}\` on ${facts.date}, ${facts.machine}.`,
    },
    { kind: 'list', items: facts.facts },
    ...(facts.missing.length === 0
      ? []
      : [
          {
            kind: 'paragraph',
            strong: 'Not complete.',
            text: `Not measured yet: ${facts.missing.join(', ')}. The same command goes on from here.`,
          } as const,
        ]),
    { kind: 'heading', level: 2, text: 'The rule, stated before the numbers' },
    { kind: 'list', items: RULE },
    { kind: 'heading', level: 2, text: 'Verdicts' },
    {
      kind: 'table',
      caption:
        'Of each claim, with how many cases are supported, contradicted, negligible and open; the effect is its first required measure over all networks',
      header: ['claim', 'verdict', ...FINDINGS, 'effect [95 % bootstrap over networks]', 'networks'],
      rows: judged.flatMap(({ claim, judgement, real, data }) => [
        summaryRow(claim.title, claim.measures, judgement),
        ...(real === null
          ? []
          : [summaryRow(`${claim.title}: ${data.real?.network ?? ''}`, claim.measures, real)]),
      ]),
    },
    ...sections.flatMap((section) => sectionBlocks(section, facts)),
  ];
}

function summaryRow(title: string, measures: readonly Measure[], judgement: Judgement): (string | number)[] {
  const { overall, cases, findings, verdict } = judgement;
  const measure = measures.find(({ name }) => name === overall?.measure);
  return [
    title,
    verdict,
    ...FINDINGS.map((finding) => findings[finding]),
    overall === null
      ? ''
      : `${measure?.label ?? ''}: ${withInterval(overall.mean, overall.bootstrap, measure?.digits)}`,
    overall?.networks ?? networksOf(cases),
  ];
}

/** Networks are counted once where cases are layers of them. */
function networksOf(cases: readonly CaseResult[]): number {
  const counts = new Map<string, number>();
  for (const { configuration, effects } of cases) {
    const most = Math.max(...effects.map(({ values }) => values.length));
    counts.set(configuration, Math.max(most, counts.get(configuration) ?? 0));
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function sectionBlocks(section: ClaimSection, facts: PageFacts): Block[] {
  const { claim, method, data, judgement, real, svg } = section;
  const isClaim = claim.measures.length > 0;
  return [
    { kind: 'heading', level: 2, text: claim.title },
    { kind: 'paragraph', strong: isClaim ? 'Claim.' : 'Question.', text: claim.statement },
    { kind: 'paragraph', strong: 'What was done.', text: method },
    { kind: 'paragraph', strong: 'Rule.', text: claim.rule },
    ...(isClaim ? [{ kind: 'paragraph', strong: 'Verdict:', text: verdictText(judgement) } as const] : []),
    ...data.notes.map((text) => ({ kind: 'paragraph', text }) as const),
    ...(svg === null
      ? []
      : [
          {
            kind: 'figure',
            file: `${claim.name}.svg`,
            title: data.chart?.title ?? claim.title,
            svg,
          } as const,
        ]),
    ...(isClaim && judgement.cases.length > 0
      ? [effectsTable(claim.measures, judgement), ...overallBlocks(claim.measures, judgement)]
      : []),
    ...data.tables.map((table) => ({ kind: 'table', ...table }) as const),
    { kind: 'paragraph', strong: 'Controls.', text: 'What stands beside it, and why:' },
    { kind: 'list', items: claim.controls },
    ...realBlocks(section, real, facts),
  ];
}

function realBlocks(
  { claim, data }: ClaimSection,
  real: Judgement | null,
  { realGiven }: PageFacts,
): Block[] {
  if (!['trained', 'depth', 'rescaling'].includes(claim.name)) return [];
  if (!realGiven) {
    return [
      {
        kind: 'paragraph',
        strong: 'On a real network: not run.',
        text: `Run it with \`unitscope reproduce ${claim.name} --model network.onnx --photos FOLDER --preprocess PRESET\`: an ONNX network and a folder of photographs, whose crops become categories.`,
      },
    ];
  }
  if (real === null || data.real === undefined || data.real === null) return [];
  return [
    { kind: 'heading', level: 3, text: `${claim.title}: ${data.real.network}` },
    ...data.real.notes.map((text) => ({ kind: 'paragraph', text }) as const),
    { kind: 'paragraph', strong: 'Verdict on this network:', text: verdictText(real) },
    effectsTable(claim.measures, real),
    ...data.real.tables.map((table) => ({ kind: 'table', ...table }) as const),
  ];
}

/** The verdict with its conditions. */
export function verdictText({ verdict, cases }: Judgement): string {
  const named = (wanted: CaseResult['finding']): string => {
    const parts = new Map<string, string[]>();
    for (const { configuration, part, finding } of cases) {
      if (finding !== wanted) continue;
      parts.set(configuration, [...(parts.get(configuration) ?? []), part]);
    }
    return [...parts]
      .map(([configuration, own]) => {
        const layers = own.filter((part) => part !== '');
        return layers.length === 0 ? configuration : `${configuration} (${layers.join(', ')})`;
      })
      .join('; ');
  };
  const sentences = FINDINGS.map((finding) => [finding, named(finding)] as const)
    .filter(([, names]) => names !== '')
    .map(([finding, names]) => `${finding}: ${names}`);
  if (verdict === 'holds' || cases.length === 0) return `${verdict}.`;
  return `${verdict}. ${capital(sentences.join('. '))}.`;
}

function capital(text: string): string {
  return text.replace(
    /(^|\. )([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function effectsTable(measures: readonly Measure[], { cases }: Judgement): Block {
  const hasParts = cases.some(({ part }) => part !== '');
  return {
    kind: 'table',
    caption: 'Mean over networks [95 % interval by Student’s t]; required measures first',
    header: [
      'architecture',
      ...(hasParts ? ['part'] : []),
      'finding',
      'networks',
      ...measures.map(({ label }) => label),
    ],
    rows: cases.map(({ configuration, part, finding, effects }) => [
      configuration,
      ...(hasParts ? [part] : []),
      finding,
      Math.max(...effects.map(({ values }) => values.length)),
      ...effects.map((effect, index) => effectText(effect, measures[index]?.digits)),
    ]),
  };
}

function effectText({ values, mean, interval }: CaseEffect, digits?: number): string {
  // Of one trained network, or of what is exact, all values are one: there is no spread to tell of.
  const spread = values.some((value) => value !== values[0]);
  return values.length === 0 ? '' : withInterval(mean, spread ? interval : null, digits);
}

function overallBlocks(measures: readonly Measure[], { overall }: Judgement): Block[] {
  const measure = measures.find(({ name }) => name === overall?.measure);
  if (overall === null || measure === undefined) return [];
  const bound = measure.claimed !== undefined && 'bound' in measure.claimed ? measure.claimed.bound : 0;
  const { test } = overall;
  const p =
    test === null
      ? ''
      : ` Sign-flip permutation test over networks against ${bound}: p = ${chance(test.p)} (the smallest that ${counted(overall.networks)} can have: ${chance(test.smallest)}).`;
  const permutation =
    overall.permutation === null
      ? ''
      : ` Its 95 % permutation interval: ${withInterval(null, overall.permutation, measure.digits)}.`;
  return [
    {
      kind: 'paragraph',
      strong: 'Over all networks.',
      text: `${measure.label}: ${withInterval(overall.mean, overall.bootstrap, measure.digits)} (${counted(overall.networks)}, each counted once${overall.bootstrap === null ? '' : '; bootstrap of networks within their architecture'}).${p}${permutation}`,
    },
  ];
}

function withInterval(mean: number | null, interval: Interval | null, digits = DIGITS): string {
  const fixed = (value: number): string =>
    value
      .toFixed(digits)
      .replace(/^-(0\.?0*)$/, '$1')
      .replace('-', '−');
  const range = interval === null ? '' : `[${fixed(interval.low)}, ${fixed(interval.high)}]`;
  return [mean === null ? '' : Number.isFinite(mean) ? fixed(mean) : '–', range]
    .filter((text) => text !== '')
    .join(' ');
}

function counted(networks: number): string {
  return networks === 1 ? '1 network' : `${networks} networks`;
}

function chance(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}
