import { Command } from 'commander';
import { chance, figure, interval } from '../figures.js';
import { openResults, withResultsOptions, type ResultsOptions } from '../open-results.js';
import { wholeNumber } from '../option-values.js';
import { textTable } from '../text-table.js';

interface Options extends ResultsOptions {
  readonly units: number;
  readonly categories?: true;
  readonly json?: true;
}

export function compareCommand(): Command {
  return withResultsOptions(
    new Command('compare')
      .description('What changed between two checkpoints, or two groups of them, and how sure that is.')
      .argument('<name>', 'the sweep')
      .argument('<a>', 'a checkpoint, or a condition on metadata such as epoch<5 or lr=0.1,seed!=3')
      .argument('<b>', 'the other side'),
  )
    .option('--categories', 'each layer by category as well')
    .option('--units <count>', 'so many of the units that moved most', wholeNumber(0), 10)
    .option('--json', 'everything as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Differences are B - A in mean entropy H over sensitive units (nats), with a 95 % bootstrap interval; p by Mann-Whitney,
q corrected for the number of tests (Benjamini-Hochberg); effect from -1 (B wholly below A) to 1. Units of one network
are not independent: docs/results.md says what that means for p.

Examples:
  unitscope compare demo step-0000 step-0512
  unitscope compare demo "step<8" "step>=128" --categories
  unitscope compare demo step-0000 step-0512 --json`,
    )
    .action(async (name: string, a: string, b: string, options: Options) => {
      const { checkpointGroup, compareCheckpoints } = await import('@unitscope/query');
      const results = await openResults(name, options);
      const found = await compareCheckpoints(
        results,
        checkpointGroup(results, a),
        checkpointGroup(results, b),
      );
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(found)}\n`);
        return;
      }
      const layers = found.layers.filter(({ category }) => category === null || options.categories === true);
      const rows = layers.map((row) => [
        row.layer ?? '',
        row.category ?? 'all',
        figure(row.meanA),
        figure(row.meanB),
        figure(row.difference),
        interval(row.interval),
        chance(row.p),
        chance(row.q),
        figure(row.effect, 2),
        row.died,
        row.awoke,
      ]);
      const side = (label: string, count: number): string =>
        count === 1 ? label : `${label} (${count} checkpoints)`;
      process.stdout.write(
        `A = ${side(found.a, found.checkpointsA)}, B = ${side(found.b, found.checkpointsB)}\n\n` +
          textTable(
            ['layer', 'category', 'H of A', 'H of B', 'B - A', '95 %', 'p', 'q', 'effect', 'died', 'awoke'],
            rows,
          ),
      );
      const units = found.units
        .slice(0, options.units)
        .map((unit) => [
          unit.layer ?? '',
          unit.category ?? '',
          unit.unit,
          figure(unit.entropyA),
          figure(unit.entropyB),
          figure(unit.difference),
          chance(unit.q),
        ]);
      if (units.length > 0) {
        process.stdout.write(
          `\nUnits that moved most\n${textTable(['layer', 'category', 'unit', 'H of A', 'H of B', 'B - A', 'q'], units)}`,
        );
      }
    });
}
