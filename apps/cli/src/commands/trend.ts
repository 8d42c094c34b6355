import { Command } from 'commander';
import type { Correlation, LayerOverRuns, OverRuns, SweepTrend, SweepTrends } from '@unitscope/query';
import { shownText } from '@unitscope/topology';
import { chance, figure, interval } from '../figures.js';
import { openResults, withResultsOptions, type ResultsOptions } from '../open-results.js';
import { textTable } from '../text-table.js';
import { counted } from '../terminal/counted.js';
import { print, printJson } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly against?: string;
  readonly run?: string;
  readonly json?: true;
}

export function trendCommand(): Command {
  return withResultsOptions(
    new Command('trend')
      .description('Each layer over the checkpoints of each training, against a metadata column.')
      .argument('<name>', 'the sweep'),
  )
    .option('--against <column>', 'a metadata column with numbers (loss, accuracy, epoch); default: loss')
    .option('--run <run>', 'one of several trainings, such as lr=0.01,seed=1; default: over all of them')
    .option('--json', 'everything as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Correlations are of mean entropy H with the column over the checkpoints of one training; the lag is by how many checkpoints
the column follows H (negative: precedes it) where they agree most. Checkpoints of one training follow one another, so p is
too small (docs/results.md). \`settled\`: from here on H stays within a tenth of its range of its end. Over several trainings,
each is one value: means with 95 % intervals, and the range of Spearman's rho within them.

Examples:
  unitscope trend demo
  unitscope trend demo --against accuracy
  unitscope trend grid --run lr=0.01,seed=1
  unitscope trend demo --json`,
    )
    .action(async (name: string, options: Options) => {
      const { sweepTrends } = await import('@unitscope/query');
      const { against, run } = options;
      const found = await sweepTrends(await openResults(name, options), { against, run });
      if (options.json === true) {
        printJson(found);
        return;
      }
      const [only, ...more] = found.trainings;
      print(only !== undefined && more.length === 0 ? trainingText(only) : trainingsText(found));
      for (const words of remarks(found)) print(`\n${shownText(words)}\n`);
    });
}

/** What stands apart, and what is concluded or why nothing is. */
function remarks({ problem, unplaced, verdict }: SweepTrends): string[] {
  const apart = `Not placed, for want of a step: ${unplaced.slice(0, 8).join(', ')}${unplaced.length > 8 ? `, and ${unplaced.length - 8} more` : ''}.`;
  if (problem !== null) return [`The trainings cannot be told apart: ${problem}.`];
  return [...(unplaced.length === 0 ? [] : [apart]), verdict.words];
}

function trainingText(trend: SweepTrend): string {
  const correlation = (found: Correlation | null): string =>
    found === null ? '' : `${figure(found.r, 2)} ${interval(found.interval)}`;
  const rows = trend.layers.map((layer) => {
    const { values, pearson, spearman, bestLag } = layer;
    const ends = [figure(values[0]?.entropy), figure(values.at(-1)?.entropy)];
    const row = [layer.layer, ...ends, layer.settled ?? 'not settled'];
    if (trend.against === null) return row;
    return [
      ...row,
      correlation(pearson),
      correlation(spearman),
      chance(spearman?.p),
      bestLag === null ? '' : `${bestLag.lag} (${figure(bestLag.r, 2)})`,
    ];
  });
  const compared = ['Pearson r', 'Spearman rho', 'p of rho', 'lag (r)'];
  const header = ['layer', 'H at first', 'H at last', 'settled'];
  return (
    `${counted(trend.checkpoints.length, 'checkpoint')} by ${shownText(trend.axis ?? 'their place in the sweep')}` +
    (trend.run === null ? '' : `, training ${shownText(trend.run)}`) +
    `${trend.against === null ? '' : `, against ${shownText(trend.against)}`}\n\n` +
    textTable(trend.against === null ? header : [...header, ...compared], rows) +
    settledWords(trend)
  );
}

/** Several trainings: a mean over them and its interval, never over their checkpoints together. */
function trainingsText({ axis, runColumns, against, trainings, layers }: SweepTrends): string {
  const over = ({ mean, interval: found }: OverRuns): string => `${figure(mean)} ${interval(found)}`.trim();
  const rows = layers.map(({ layer, first, last, change, correlation }: LayerOverRuns) => [
    layer,
    over(first),
    over(last),
    over(change),
    ...(against === null
      ? []
      : [
          correlation === null
            ? ''
            : `${figure(correlation.median, 2)} (${figure(correlation.low, 2)} to ${figure(correlation.high, 2)})`,
        ]),
  ]);
  const header = ['layer', 'H at first', 'H at last', 'change'];
  return (
    `${counted(trainings.length, 'training')} (by ${shownText(runColumns.join(', '))}), each by ${shownText(axis ?? 'its order')}; ` +
    `means over trainings with 95 % intervals\n\n` +
    textTable(against === null ? header : [...header, `rho with ${shownText(against)}`], rows) +
    `\nOne training: --run ${JSON.stringify(trainings[0]?.run ?? '')}\n`
  );
}

/** Which layer learned last, and which first. */
function settledWords({ layers, checkpoints }: SweepTrend): string {
  const place = new Map(checkpoints.map(({ label }, i) => [label, i]));
  const known = layers.flatMap(({ layer, settled }) => {
    const at = settled === null ? undefined : place.get(settled);
    return at === undefined || settled === null ? [] : { layer, settled, at };
  });
  if (known.length < 2) return '';
  const sentence = (words: string, at: number): string => {
    const there = known.filter((entry) => entry.at === at);
    return shownText(`${words}: ${there.map(({ layer }) => layer).join(', ')} (${there[0]?.settled ?? ''}).`);
  };
  const places = known.map(({ at }) => at);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  if (first === last) return `\n${sentence('All layers that settled did so at once', last)}\n`;
  return `\n${sentence('Settled last', last)} ${sentence('First', first)}\n`;
}
