import { definitionSentence } from '@unitscope/entropy';
import { Command } from 'commander';
import { layerRows, type SweepTrend, type SweepTrends, type Verdict } from '@unitscope/query';
import { counted, shownText } from '@unitscope/base';
import { figure, layerFigures } from './figures.js';
import { layersOverRuns } from './layers-over-runs.js';
import { unitChanges } from './unit-changes.js';
import { wholeNumber } from '../terminal/option-values.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { ALL_ROWS, firstRows, unitKeys } from './first-rows.js';
import { print, printJson } from '../terminal/output.js';

/** A sentence names no more layers than that. */
const MOST_NAMED = 8;

interface Options extends ResultsOptions {
  readonly against?: string;
  readonly run?: string;
  readonly units: number;
  readonly all?: true;
  readonly json?: true;
}

export function trendCommand(): Command {
  return withResultsOptions(new Command('trend').argument('<name>', 'the sweep'))
    .option('--against <column>', 'a metadata column with numbers (loss, accuracy, epoch); default: loss')
    .option('--run <run>', 'one of several trainings, such as lr=0.01,seed=1; default: over all of them')
    .option('--units <count>', 'so many of the units that died or awoke', wholeNumber(0), 10)
    .option(...ALL_ROWS)
    .option('--json', 'everything as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Correlations are of mean entropy H with the column over the checkpoints of one training; the lag is by how many checkpoints
the column follows H (negative: precedes it) where they agree most. Checkpoints of one training follow one another, so p is
too small (docs/results.md). \`settled\`: from here on, for three checkpoints or more, H stays within a tenth of its range of its
end. Over several trainings, each is one value: means over those of a setting with 95 % intervals, and the range of Spearman's rho within them.

Examples:
  unitscope trend demo
  unitscope trend demo --against accuracy
  unitscope trend grid --run lr=0.01,seed=1
  unitscope trend demo --json`,
    )
    .action(showTrend);
}

async function showTrend(name: string, options: Options): Promise<void> {
  const {
    deadWords,
    generalization,
    missingWords,
    settledOverWords,
    settledWords,
    sweepTrend,
    sweepTrends,
    unplacedWords,
  } = await import('@unitscope/query');
  const { against, run } = options;
  const results = await openResults(name, options);
  const found = await sweepTrends(results, { against, run });
  const verdict = await generalization(results, { run });
  const { all } = options;
  const changed = await unitChanges(results, run, all === true ? Infinity : options.units);
  if (options.json === true) {
    printJson({
      definition: results.definition,
      ...found,
      changes: { trainings: changed.runs, units: changed.list },
      verdict,
    });
    return;
  }
  const [only, ...more] = found.trainings;
  if (only === undefined) print(placelessText(await sweepTrend(results), all));
  else
    print(
      more.length === 0
        ? trainingText(only, settledWords(only), all)
        : trainingsText(found, settledOverWords(found.trainings), all),
    );
  print(`\n${definitionSentence(results.definition)}\n`);
  const missing = await missingWords(results);
  if (missing !== '') print(`\n${missing}\n`);
  for (const words of conclusions(found, unplacedWords(found, MOST_NAMED), verdict))
    print(`\n${shownText(words)}\n`);
  if (changed.words !== '') print(`\n${shownText(`${changed.words} ${deadWords(changed.runs)}`.trim())}\n`);
  if (changed.trainings.rows.length > 0)
    print(`\n${firstRows(changed.trainings.header, changed.trainings.rows, { all, known: true })}`);
  if (changed.units.rows.length > 0)
    print(
      `\n${changed.caption}\n${firstRows(changed.units.header, changed.units.rows, unitKeys(changed.units, all))}`,
    );
}

/** What stands apart, and what is concluded or why nothing is. */
function conclusions({ problem }: SweepTrends, apart: string, verdict: Verdict): string[] {
  if (problem !== null) return [`The trainings cannot be told apart: ${problem}.`];
  return [apart, verdict.words].filter((words) => words !== '');
}

function trainingText(trend: SweepTrend, settled: string, all: true | undefined): string {
  if (trend.checkpoints.length === 1) return oneCheckpointText(trend, all);
  const rows = layerRows(trend).rows.map((layer) => {
    const { ends, settled: settledAt, pearson, spearman, p, lag } = layerFigures(layer);
    const row = [layer.layer, ...ends, settledAt];
    return trend.against === null ? row : [...row, pearson, spearman, p, lag];
  });
  const compared = ['Pearson r', 'Spearman rho', 'p of rho', 'lag (r)'];
  const header = ['layer', 'H at first', 'H at last', 'settled'];
  return (
    `${counted(trend.checkpoints.length, 'checkpoint')} by ${shownText(trend.axis ?? 'their place in the sweep')}` +
    (trend.run === null ? '' : `, training ${shownText(trend.run)}`) +
    `${trend.against === null ? '' : `, against ${shownText(trend.against)}`}\n\n` +
    firstRows(trend.against === null ? header : [...header, ...compared], rows, { all, known: true }) +
    (settled === '' ? '' : `\n${shownText(settled)}\n`) +
    `\n${pointsWords(trend)}One training: intervals are over its units or checkpoints, none is over trainings.\n`
  );
}

/** What the correlations of one training are worth; '' where none is asked for. */
function pointsWords({ against, layers }: SweepTrend): string {
  if (against === null) return '';
  if (layers.every(({ pearson }) => pearson === null))
    return `No correlation with ${shownText(against)}: fewer than three checkpoints have both, or one of them does not change.\n`;
  return layers.some(({ spearman }) => (spearman?.p ?? null) !== null)
    ? 'Checkpoints of one training follow one another: p is too small, intervals of r and rho are too narrow.\n'
    : 'Fewer than five checkpoints have both: no p and no interval.\n';
}

/** Of one checkpoint there is no trend. */
function oneCheckpointText({ checkpoints, layers }: SweepTrend, all: true | undefined): string {
  const rows = layers.map(({ layer, values: [value] }) => [
    layer,
    figure(value?.entropy),
    figure(value?.relative),
    figure(value?.selectiveRate),
  ]);
  return (
    `One checkpoint, ${shownText(checkpoints[0]?.label ?? '')}: its layers by depth; nothing changes over one\n\n` +
    firstRows(['layer', 'H', 'H / noise', 'ε'], rows, { all, known: true })
  );
}

/** Checkpoints that nothing places: each by itself. */
function placelessText({ checkpoints, layers }: SweepTrend, all: true | undefined): string {
  const rows = checkpoints.flatMap(({ label }, i) =>
    layers.flatMap(({ layer, values }) => {
      const value = values[i] ?? null;
      if (value === null) return [];
      return [[label, layer, figure(value.entropy), figure(value.relative), figure(value.selectiveRate)]];
    }),
  );
  return (
    `${counted(checkpoints.length, 'checkpoint')}, each by itself\n\n` +
    firstRows(['checkpoint', 'layer', 'H', 'H / noise', 'ε'], rows, { all, known: true, keys: 2 })
  );
}

/** Several trainings: a mean over those of a setting and its interval, never over their checkpoints together. */
function trainingsText(trends: SweepTrends, settled: string, all: true | undefined): string {
  const { axis, runColumns, against, trainings, remarks } = trends;
  const { header, rows } = layersOverRuns(trends, against === null ? null : `rho with ${shownText(against)}`);
  return (
    `${counted(trainings.length, 'training')} (by ${shownText(runColumns.join(', '))}), each by ${shownText(axis ?? 'its order')}; ` +
    `means over the trainings of a setting, with 95 % intervals\n\n` +
    firstRows(header, rows, { all, known: true, keys: header.indexOf('H at first') }) +
    (settled === '' ? '' : `\n${shownText(settled)}\n`) +
    (remarks.length === 0 ? '' : `\n${shownText(remarks.join(' '))}\n`) +
    `\nOne training: --run ${JSON.stringify(trainings[0]?.run ?? '')}\n`
  );
}
