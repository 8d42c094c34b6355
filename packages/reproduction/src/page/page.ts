import type { Claim } from '../claims/claim.js';
import type { Measure } from '../claims/measure.js';
import type { ConditionResult, Effect } from '../verdict/effects.js';
import type { Block } from './page-blocks.js';
import { AGREES, RULE } from '../verdict/verdict.js';
import type { ClaimSection } from './claim-section.js';
import { effectText, explorationTables, seedsTable, verdictsTable, type Repeats } from './effect-blocks.js';

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

/** The page: the rule and the cases before any number, then the paper beside ours, then each case with what was explored. */
export function pageBlocks(sections: readonly ClaimSection[], facts: PageFacts): Block[] {
  return [
    { kind: 'heading', level: 1, text: 'The paper’s claims, measured again' },
    {
      kind: 'paragraph',
      text: `What Zhao and Zhang (2103.09716) say of feature entropy, asked of real networks case by case, each with its controls. Made by \`${facts.command}\` on ${facts.date}, ${facts.machine}.`,
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
    { kind: 'heading', level: 2, text: 'The paper beside what is found here' },
    paperTable(sections),
    ...seedsTable(sections),
    ...sections.flatMap((section) => sectionBlocks(section, facts)),
  ];
}

/** The paper's number or direction, ours, and whether they agree: a row a condition that was named. */
function paperTable(sections: readonly ClaimSection[]): Block {
  return {
    kind: 'table',
    caption:
      'One row a condition; ours: the measures that decide, each with what it finds where there are several, mean over networks [95 % interval over networks]; H by the paper’s text',
    header: ['case', 'the paper', 'condition', 'ours', 'networks', 'agree?'],
    rows: sections.flatMap(({ claim, data, judgement, real }) => [
      ...judgement.conditions.flatMap((result) => paperRow(claim, result)),
      ...(real?.conditions ?? []).flatMap((result) => paperRow(claim, result, data.real?.repeats ?? null)),
    ]),
  };
}

/** None for an exploration. */
function paperRow(
  { title, paper, measures }: Claim,
  { condition, networks, effects, verdict }: ConditionResult,
  repeats: Repeats = 'networks',
): (string | number)[][] {
  if (verdict === null) return [];
  const deciding = measures.flatMap((measure, index) => {
    const { claimed, decides = true } = measure;
    const effect = effects[index];
    const isAsked = decides && claimed !== undefined && claimed.kind !== 'control' && effect !== undefined;
    return isAsked ? [{ measure, effect }] : [];
  });
  const ours = deciding.map(({ measure, effect }) => {
    const text = `${measure.label}: ${effectText(effect, measure.digits)}`;
    return deciding.length === 1 || effect.finding === null ? text : `${text} (${effect.finding})`;
  });
  return [
    [
      paper === null ? title : `(${paper.letter}) ${title}`,
      paper === null ? '' : `${paper.where}: ${paper.reports}`,
      condition.name,
      ours.join('; '),
      repeats === 'networks' ? networks : `1${repeats === null ? '' : `, ${networks} ${repeats}`}`,
      condition.unmet === null
        ? [AGREES[verdict], ...(verdict === 'supported' ? reservations(measures, effects) : [])].join(
            '; but ',
          )
        : `${AGREES[verdict]}: ${condition.unmet}`,
    ],
  ];
}

/** What is judged apart and is the other way, beside a verdict that says yes. */
function reservations(measures: readonly Measure[], effects: readonly Effect[]): string[] {
  return measures.flatMap(({ label, decides = true }, index) => {
    const effect = effects[index];
    if (decides || effect?.finding !== 'contradicted') return [];
    return [`${label}: the other way, ${effectText(effect)}`];
  });
}

function sectionBlocks(section: ClaimSection, facts: PageFacts): Block[] {
  const { claim, method, data, judgement, svg } = section;
  const isClaim = claim.measures.length > 0;
  const { paper } = claim;
  return [
    { kind: 'heading', level: 2, text: paper === null ? claim.title : `(${paper.letter}) ${claim.title}` },
    ...(paper === null
      ? []
      : [{ kind: 'paragraph', strong: `The paper (${paper.where}):`, text: `${paper.reports}.` } as const]),
    { kind: 'paragraph', strong: isClaim ? 'Claim.' : 'Question.', text: claim.statement },
    { kind: 'paragraph', strong: 'What was done.', text: method },
    { kind: 'paragraph', strong: 'Rule.', text: claim.rule },
    ...data.notes.map((text) => ({ kind: 'paragraph', text }) as const),
    ...(isClaim ? [verdictsTable(claim.measures, judgement)] : []),
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
    ...data.tables.map((table) => ({ kind: 'table', ...table }) as const),
    { kind: 'paragraph', strong: 'Controls.', text: 'What stands beside it, and why:' },
    { kind: 'list', items: claim.controls },
    ...explorationTables(claim, judgement),
    ...realBlocks(section, facts),
  ];
}

function realBlocks({ claim, data, real }: ClaimSection, { realGiven }: PageFacts): Block[] {
  if (!['trained', 'depth', 'rescaling'].includes(claim.name)) return [];
  if (!realGiven) {
    return [
      {
        kind: 'paragraph',
        strong: 'On a real network: not run.',
        text: `Run it with \`unitscope reproduce ${claim.name} --model vgg16.onnx --photos FOLDER --preprocess PRESET\`: an ONNX network, such as the paper’s own VGG16, and a folder of photographs, whose crops become categories.`,
      },
    ];
  }
  if (real === null || data.real === undefined || data.real === null) return [];
  return [
    { kind: 'heading', level: 3, text: `${claim.title}: ${data.real.network}` },
    ...data.real.notes.map((text) => ({ kind: 'paragraph', text }) as const),
    verdictsTable(claim.measures, real, data.real.repeats),
    ...explorationTables(claim, real, data.real.repeats),
    ...data.real.tables.map((table) => ({ kind: 'table', ...table }) as const),
  ];
}
