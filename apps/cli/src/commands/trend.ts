import { Command } from 'commander';
import type { Correlation, SweepTrend } from '@unitscope/query';
import { shownText } from '@unitscope/topology';
import { chance, figure, interval } from '../figures.js';
import { openResults, withResultsOptions, type ResultsOptions } from '../open-results.js';
import { textTable } from '../text-table.js';
import { counted } from '../terminal/counted.js';
import { print, printJson } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly against?: string;
  readonly json?: true;
}

export function trendCommand(): Command {
  return withResultsOptions(
    new Command('trend')
      .description(
        'Each layer over the checkpoints, against a metadata column; which checkpoint generalises best.',
      )
      .argument('<name>', 'the sweep'),
  )
    .option('--against <column>', 'a metadata column with numbers (loss, accuracy, epoch); default: loss')
    .option('--json', 'everything as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Correlations are of mean entropy H with the column over checkpoints; the lag is by how many checkpoints the column
follows H (negative: precedes it) where they agree most. Checkpoints of one training follow one another, so p is too
small (docs/results.md). \`settled\`: from here on H stays within a tenth of its range of its end: which layer learned last.

Examples:
  unitscope trend demo
  unitscope trend demo --against accuracy
  unitscope trend demo --json`,
    )
    .action(async (name: string, options: Options) => {
      const { sweepTrend } = await import('@unitscope/query');
      const trend = await sweepTrend(await openResults(name, options), options.against);
      if (options.json === true) {
        printJson(trend);
        return;
      }
      const correlation = (found: Correlation | null): string =>
        found === null ? '' : `${figure(found.r, 2)} ${interval(found.interval)}`;
      const rows = trend.layers.map((layer) => {
        const values = layer.values.map((value) => value?.entropy ?? null).filter((value) => value !== null);
        const row = [layer.layer, figure(values[0]), figure(values.at(-1)), layer.settled ?? ''];
        if (trend.against === null) return row;
        const { pearson, spearman, bestLag } = layer;
        return [
          ...row,
          correlation(pearson),
          correlation(spearman),
          chance(spearman?.p),
          bestLag === null ? '' : `${bestLag.lag} (${figure(bestLag.r, 2)})`,
        ];
      });
      const compared = ['Pearson r', 'Spearman rho', 'p of rho', 'lag (r)'];
      print(
        `${counted(trend.checkpoints.length, 'checkpoint')} by ${shownText(trend.axis ?? 'their place in the sweep')}` +
          `${trend.against === null ? '' : `, against ${shownText(trend.against)}`}\n\n` +
          textTable(
            ['layer', 'H at first', 'H at last', 'settled', ...(trend.against === null ? [] : compared)],
            rows,
          ) +
          settledWords(trend),
      );
      if (trend.generalisation.length < 2) return;
      const places = trend.generalisation
        .slice(0, 5)
        .map(({ checkpoint, score, comparable }) => [
          checkpoint,
          figure(score),
          comparable === null ? '' : comparable ? 'yes' : 'no',
        ]);
      const best = trend.generalisation.find(({ comparable }) => comparable !== false);
      print(
        `\nLowest entropy of the last layers (${shownText(trend.lastLayers.join(', '))}) against noise\n` +
          textTable(['checkpoint', 'H / H of noise', 'fits training set'], places) +
          `\nBy this, ${shownText(best?.checkpoint ?? 'none')} generalises best of those that fit their training set as well as the best.\n` +
          'It is a rule of thumb of the paper (docs/results.md), not a test.\n',
      );
    });
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
