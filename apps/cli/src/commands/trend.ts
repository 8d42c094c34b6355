import { Command } from 'commander';
import type {
  Correlation,
  LayerOverRuns,
  LayerTrend,
  OverRuns,
  SweepTrend,
  SweepTrends,
  Verdict,
} from '@unitscope/query';
import { shownText } from '@unitscope/topology';
import { chance, figure, interval } from '../figures.js';
import { unitChanges } from '../unit-changes.js';
import { wholeNumber } from '../option-values.js';
import { openResults, withResultsOptions, type ResultsOptions } from '../open-results.js';
import { ALL_ROWS, firstRows } from '../first-rows.js';
import { counted } from '../terminal/counted.js';
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
too small (docs/results.md). \`settled\`: from here on H stays within a tenth of its range of its end. Over several trainings,
each is one value: means with 95 % intervals, and the range of Spearman's rho within them.

Examples:
  unitscope trend demo
  unitscope trend demo --against accuracy
  unitscope trend grid --run lr=0.01,seed=1
  unitscope trend demo --json`,
    )
    .action(async (name: string, options: Options) => {
      const { generalisation, sweepTrend, sweepTrends } = await import('@unitscope/query');
      const { against, run } = options;
      const results = await openResults(name, options);
      const found = await sweepTrends(results, { against, run });
      const verdict = await generalisation(results, { run });
      const { all } = options;
      const changed = await unitChanges(results, run, all === true ? Infinity : options.units);
      if (options.json === true) {
        printJson({ ...found, changes: { trainings: changed.runs, units: changed.list }, verdict });
        return;
      }
      const [only, ...more] = found.trainings;
      if (only === undefined) print(placelessText(await sweepTrend(results), all));
      else print(more.length === 0 ? trainingText(only, all) : trainingsText(found, all));
      for (const words of remarks(found, verdict)) print(`\n${shownText(words)}\n`);
      if (changed.words !== '') print(`\n${shownText(changed.words)}\n`);
      if (changed.trainings.rows.length > 0)
        print(`\n${firstRows(changed.trainings.header, changed.trainings.rows, { all })}`);
      if (changed.units.rows.length > 0)
        print(`\n${changed.caption}\n${firstRows(changed.units.header, changed.units.rows, { all })}`);
    });
}

/** What stands apart, and what is concluded or why nothing is. */
function remarks({ problem, unplaced }: SweepTrends, verdict: Verdict): string[] {
  const apart = `Not placed, for want of a step: ${unplaced.slice(0, 8).join(', ')}${unplaced.length > 8 ? `, and ${unplaced.length - 8} more` : ''}.`;
  if (problem !== null) return [`The trainings cannot be told apart: ${problem}.`];
  return [...(unplaced.length === 0 ? [] : [apart]), verdict.words];
}

function trainingText(trend: SweepTrend, all: true | undefined): string {
  if (trend.checkpoints.length === 1) return oneCheckpointText(trend, all);
  const correlation = (found: Correlation | null): string =>
    found === null ? '' : `${figure(found.r, 2)} ${interval(found.interval)}`;
  const rows = trend.layers.map((layer) => {
    const { values, pearson, spearman, bestLag } = layer;
    const ends = [figure(values[0]?.entropy), figure(values.at(-1)?.entropy)];
    const row = [layer.layer, ...ends, settledText(layer)];
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
    firstRows(trend.against === null ? header : [...header, ...compared], rows, { all }) +
    settledWords(trend) +
    '\nOne training: intervals are over its units or checkpoints, none is over trainings.\n'
  );
}

/** Two checkpoints do not tell. */
function settledText({ settled, settles }: LayerTrend): string {
  return settled ?? (settles ? 'not settled' : '');
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
    firstRows(['layer', 'H', 'H / noise', 'ε'], rows, { all })
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
    firstRows(['checkpoint', 'layer', 'H', 'H / noise', 'ε'], rows, { all })
  );
}

/** Several trainings: a mean over them and its interval, never over their checkpoints together. */
function trainingsText(
  { axis, runColumns, against, trainings, layers }: SweepTrends,
  all: true | undefined,
): string {
  const over = ({ mean, interval: found }: OverRuns): string => `${figure(mean)} ${interval(found)}`.trim();
  const rows = layers.map(
    ({ layer, first, last, change, settled, trainings: count, correlation }: LayerOverRuns) => [
      layer,
      over(first),
      over(last),
      over(change),
      count === 0 ? '' : `${settled} of ${count}`,
      ...(against === null
        ? []
        : [
            correlation === null
              ? ''
              : `${figure(correlation.median, 2)} (${figure(correlation.low, 2)} to ${figure(correlation.high, 2)})`,
          ]),
    ],
  );
  const header = ['layer', 'H at first', 'H at last', 'change', 'settled in'];
  return (
    `${counted(trainings.length, 'training')} (by ${shownText(runColumns.join(', '))}), each by ${shownText(axis ?? 'its order')}; ` +
    `means over trainings with 95 % intervals\n\n` +
    firstRows(against === null ? header : [...header, `rho with ${shownText(against)}`], rows, { all }) +
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
    const names = there.slice(0, MOST_NAMED).map(({ layer }) => layer);
    const more = there.length > names.length ? ` and ${there.length - names.length} more` : '';
    const of = there.length > names.length ? `${there.length} of ${layers.length} layers: ` : '';
    return shownText(`${words}: ${of}${names.join(', ')}${more} (${there[0]?.settled ?? ''}).`);
  };
  const places = known.map(({ at }) => at);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  if (first === last) return `\n${sentence('All layers that settled did so at once', last)}\n`;
  return `\n${sentence('Settled last', last)} ${sentence('First', first)}\n`;
}
