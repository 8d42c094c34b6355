import { counted } from '@unitscope/base';
import { escapeHtml, htmlPage, htmlTable, type OutcomeRows, type PageTheme } from '@unitscope/plots';
import {
  checkpointGroup,
  compareCheckpoints,
  FEWEST_CHECKPOINTS,
  generalization,
  layerRows,
  metadataColumns,
  missingWords,
  outcomeRows,
  resultTrainings,
  sweepTrend,
  sweepTrends,
  unplacedWords,
  type Comparison,
  type ResultCheckpoint,
  type SweepResults,
  type SweepTrend,
  type SweepTrends,
  type Verdict,
} from '@unitscope/query';
import { definitionSentence, definitionWords, meanWords } from '@unitscope/entropy';
import { imagesSentence, ONE_TRAINING } from '../charts/captions.js';
import { openChart, type Chart } from '../charts/chart.js';
import type { ChartKind } from '../charts/chart-kinds.js';
import { answersPart } from './answers-part.js';
import { reportFigure } from './report-figure.js';
import { unitPart } from './unit-part.js';
import {
  changedTable,
  comparisonWords,
  layerTable,
  outcomeTable,
  outcomeWords,
  saysMore,
  unitTable,
} from '../comparison-tables.js';
import { layerFigures } from '../figures.js';
import { knownCells } from '../first-rows.js';
import { layersOverRuns } from '../layers-over-runs.js';
import { unitChanges } from '../unit-changes.js';

const SECTIONS: readonly (readonly [ChartKind, string])[] = [
  ['trend', 'Over the checkpoints'],
  ['depth', 'By depth'],
  ['distribution', 'How units are spread'],
  ['heatmap', 'Units of the deepest layer'],
  ['scatter', 'Selective rate and entropy'],
];
const MOST_UNITS = 20;
const MOST_ROWS = 60;

/** A sweep's results as one HTML file: charts, layers, comparison of the first and last checkpoint, checkpoints. */
export async function sweepReport(
  results: SweepResults,
  { all = false, theme = 'light' }: { readonly all?: boolean; readonly theme?: PageTheme } = {},
): Promise<string> {
  const { manifest, name } = results;
  const trends = await sweepTrends(results);
  const trend = trends.trainings[0] ?? (await sweepTrend(results));
  const verdict = await generalization(results);
  const isOne = trends.trainings.length === 1;
  const { threshold, minSelectiveRate } = { ...manifest.statistics, ...defined(results.restatement ?? {}) };
  const facts = [
    `${results.checkpoints.length.toLocaleString('en')} of ${counted(manifest.checkpoints.length, 'checkpoint')} with results.`,
    ...[await missingWords(results)].filter((words) => words !== ''),
    `${imagesSentence(results)}.`,
    `Births up to index ${threshold} count; a unit is sensitive above a selective rate of ${minSelectiveRate}; density ${manifest.density}.`,
    definitionSentence(results.definition),
    `Spec digest ${manifest.specDigest}.`,
    ...trainingFacts(trends),
  ];
  const ends = trends.problem === null ? await endsOf(results, trend) : null;
  const comparison = ends?.comparison ?? null;
  const body = [
    `<h1>${escapeHtml(name)}</h1>`,
    '<p>Feature entropy of the units of a CNN, by unitscope.</p>',
    await answersPart(results, { trends, trend, comparison, verdict }),
    `<p class="facts">${escapeHtml(facts.join(' '))}</p>`,
  ];
  for (const [kind, title] of SECTIONS) {
    if (kind === 'trend' && (trends.trainings.length === 0 || (isOne && trend.checkpoints.length === 1)))
      continue;
    body.push(`<h2>${title}</h2>`, await figureOf(kind, results, theme));
    if (kind !== 'trend') continue;
    body.push(isOne ? trendTable(trend, all) : runsTable(trends, all), verdictWords(trends, verdict));
    body.push(await changesPart(results, all));
  }
  body.push(await unitPart(results, theme));
  if (ends !== null) {
    body.push(
      `<h2>From the first checkpoint to the last${trend.run === null ? '' : ` of ${escapeHtml(trend.run)}`}</h2>`,
      comparisonTables(results, ends, all),
    );
  }
  const columns = metadataColumns(results);
  body.push(
    '<h2>Checkpoints</h2>',
    ...(results.checkpoints.length < FEWEST_CHECKPOINTS ? [] : [await figureOf('embedding', results, theme)]),
    firstRows(
      'Checkpoints and their metadata',
      ['checkpoint', ...columns, 'digest'],
      inOrder(results).map(({ label, meta, digest }) => [
        label,
        ...columns.map((column) => String(meta[column] ?? '')),
        digest.slice(0, 12),
      ]),
      all,
    ),
    '<p>Units of one network and checkpoints of one training are not independent: intervals and p are narrower than the truth. H of layers of different map size is compared against noise only.</p>',
  );
  return htmlPage(`${name}: feature entropy`, body, theme);
}

/** By training and place in it, those that are in none last. */
function inOrder(results: SweepResults): readonly ResultCheckpoint[] {
  const { trainings, unplaced, problem } = resultTrainings(results);
  if (problem !== null) return results.checkpoints;
  return [...trainings.flatMap(({ checkpoints }) => checkpoints), ...unplaced];
}

interface Ends {
  readonly comparison: Comparison;
  readonly outcomes: OutcomeRows;
}

/** The first checkpoint of a training against its last; null where it has not two. */
async function endsOf(results: SweepResults, { checkpoints }: SweepTrend): Promise<Ends | null> {
  const [first, last] = [checkpoints[0], checkpoints.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const [a, b] = [checkpointGroup(results, first.label), checkpointGroup(results, last.label)];
  return {
    comparison: await compareCheckpoints(results, a, b),
    outcomes: await outcomeRows(results, a, b),
  };
}

async function figureOf(kind: ChartKind, results: SweepResults, theme: PageTheme): Promise<string> {
  let chart: Promise<Chart> | undefined;
  return reportFigure(async (look) => (await (chart ??= openChart(kind, results, {}))).svg(look), theme);
}

/** A table of the first rows; its caption says of how many they are. */
function firstRows(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  all: boolean,
): string {
  const known = knownCells(header, rows);
  const shown = all ? rows : rows.slice(0, MOST_ROWS);
  const of = shown.length === rows.length ? '' : `: ${shown.length} of ${rows.length} (report --all: all)`;
  return htmlTable(
    `${caption}${of}`,
    known.map((i) => header[i] ?? ''),
    shown.map((row) => known.map((i) => row[i] ?? '')),
  );
}

function trainingFacts(trends: SweepTrends): string[] {
  const { trainings, runColumns, problem } = trends;
  if (problem !== null) return [`The trainings cannot be told apart: ${problem}.`];
  const words = unplacedWords(trends);
  const apart = words === '' ? [] : [words];
  if (trainings.length < 2) return [...apart, ONE_TRAINING];
  return [
    `${trainings.length} trainings (by ${runColumns.join(', ')}); charts of one training show ${trainings[0]?.run ?? ''}.`,
    ...apart,
  ];
}

function verdictWords({ problem }: SweepTrends, verdict: Verdict): string {
  return problem === null ? `<p>${escapeHtml(verdict.words)}</p>` : '';
}

/** Which units died and awoke within their training: of many trainings and units the first of them. */
async function changesPart(results: SweepResults, all: boolean): Promise<string> {
  const most = all ? Infinity : MOST_ROWS;
  const { words, trainings, units, caption } = await unitChanges(results, undefined, most);
  if (words === '') return '';
  const { header, rows } = trainings;
  return [
    `<p>${escapeHtml(words)}</p>`,
    ...(rows.length === 0 ? [] : [firstRows('Units that died or awoke, by training', header, rows, all)]),
    ...(units.rows.length === 0 ? [] : [htmlTable(caption, units.header, units.rows)]),
  ].join('');
}

function runsTable(trends: SweepTrends, all: boolean): string {
  const { trainings, against, remarks } = trends;
  const { header, rows } = layersOverRuns(
    trends,
    against === null ? null : `Spearman ρ with ${against}, within each`,
  );
  return (
    firstRows(
      `Layers over ${trainings.length} trainings: means over those of a setting, with 95 % intervals`,
      header,
      rows,
      all,
    ) + (remarks.length === 0 ? '' : `<p>${escapeHtml(remarks.join(' '))}</p>`)
  );
}

function trendTable(trend: SweepTrend, all: boolean): string {
  const { rows: layers, notes } = layerRows(trend);
  const { against } = notes;
  const rows = layers.map((layer) => {
    const { ends, settled, pearson, spearman, lag } = layerFigures(layer);
    const row = [layer.layer, `${layer.map_size}×${layer.map_size}`, ...ends, settled];
    return against === null ? row : [...row, pearson, spearman, lag];
  });
  const header = ['layer', 'maps', 'H at first', 'H at last', 'settled at'];
  const compared = against === null ? [] : [`Pearson r with ${against}`, 'Spearman ρ', 'lag (r)'];
  return firstRows('Layers over the checkpoints', [...header, ...compared], rows, all);
}

function comparisonTables(
  results: SweepResults,
  { comparison: found, outcomes }: Ends,
  all: boolean,
): string {
  const { a, b } = found;
  const layers = layerTable(found);
  const units = unitTable(found, MOST_UNITS);
  const changed = changedTable(found, MOST_UNITS);
  const came = outcomeTable(outcomes);
  return (
    firstRows(
      `Mean H of A = ${a} and B = ${b} (${definitionWords(results.definition)}), over ${meanWords(results.definition)} and categories`,
      layers.header,
      layers.rows,
      all,
    ) +
    `<p>${comparisonWords(found).map(escapeHtml).join('<br>')}</p>` +
    (saysMore(outcomes)
      ? firstRows('Accuracy, loss and units that died', came.header, came.rows, all) +
        `<p>${escapeHtml(outcomeWords(outcomes))}</p>`
      : '') +
    htmlTable('Units that moved most', units.header, units.rows) +
    (changed.rows.length === 0
      ? ''
      : htmlTable(
          `Units that died or awoke, by category: ${changed.rows.length} of ${found.died.length + found.awoke.length}`,
          changed.header,
          changed.rows,
        ))
  );
}

function defined(options: { threshold?: number | undefined; minSelectiveRate?: number | undefined }): {
  threshold?: number;
  minSelectiveRate?: number;
} {
  const { threshold, minSelectiveRate } = options;
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(minSelectiveRate === undefined ? {} : { minSelectiveRate }),
  };
}
