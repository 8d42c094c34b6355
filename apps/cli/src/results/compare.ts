import { definitionSentence } from '@unitscope/entropy';
import { Command } from 'commander';
import { counted, shownText } from '@unitscope/base';
import {
  changedTable,
  comparisonWords,
  layerTable,
  outcomeTable,
  outcomeWords,
  sameWords,
  saysMore,
  unitTable,
} from './comparison-tables.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { wholeNumber } from '../terminal/option-values.js';
import { ALL_ROWS, firstRows, unitKeys } from './first-rows.js';
import { print, printJson } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly units: number;
  readonly categories?: true;
  readonly acrossRuns?: true;
  readonly all?: true;
  readonly json?: true;
}

export function compareCommand(): Command {
  return withResultsOptions(
    new Command('compare')
      .argument('<name>', 'the sweep')
      .argument('<a>', 'a checkpoint, or a condition on metadata such as epoch<5 or lr=0.1,seed!=3')
      .argument('<b>', 'the other side'),
  )
    .option('--categories', 'each layer by category as well')
    .option('--units <count>', 'so many of the units that moved most', wholeNumber(0), 10)
    .option('--across-runs', 'two checkpoints of different trainings, all the same')
    .option(...ALL_ROWS)
    .option('--json', 'everything as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Differences are B − A in mean entropy H of a layer (nats; values: how many units × categories it rests on), with a 95 %
bootstrap interval; p by Mann-Whitney, q corrected for the number of tests (Benjamini-Hochberg); rank effect from -1 (all
of B below A) to 1. Units of one network are not independent: docs/results.md says what that means for p. Between groups of
several trainings, each training is one value: the interval is over trainings, p of a permutation test.

Examples:
  unitscope compare demo step-0000 step-0512
  unitscope compare demo "step<8" "step>=128" --categories
  unitscope compare grid lr=0.01 lr=0.002
  unitscope compare demo step-0000 step-0512 --json`,
    )
    .action(compareSides);
}

async function compareSides(name: string, a: string, b: string, options: Options): Promise<void> {
  const { checkpointGroup, compareCheckpoints, missingWords, outcomeRows } = await import('@unitscope/query');
  const results = await openResults(name, options);
  const [groupA, groupB] = [checkpointGroup(results, a), checkpointGroup(results, b)];
  const { acrossRuns, all } = options;
  const found = await compareCheckpoints(results, groupA, groupB, { acrossRuns });
  const side = (label: string, count: number): string =>
    shownText(count === 1 ? label : `${label} (${counted(count, 'checkpoint')})`);
  if (found.same && options.json !== true) {
    print(
      `A = ${side(found.a, found.checkpointsA)}, B = ${side(found.b, found.checkpointsB)}\n${sameWords(found)}\n`,
    );
    return;
  }
  const outcomes = await outcomeRows(results, groupA, groupB, { acrossRuns });
  if (options.json === true) {
    printJson({ definition: results.definition, ...found, outcomes: outcomes.rows });
    return;
  }
  const layers = layerTable(found, { categories: options.categories === true });
  print(
    `A = ${side(found.a, found.checkpointsA)}, B = ${side(found.b, found.checkpointsB)}\n\n` +
      `${firstRows(layers.header, layers.rows, { all, known: true, keys: layers.header.indexOf('H of A') })}\n${definitionSentence(results.definition)}\n${comparisonWords(found).map(shownText).join('\n')}\n`,
  );
  const missing = await missingWords(results.only([...groupA.checkpoints, ...groupB.checkpoints]));
  print(missing === '' ? '' : `${missing}\n`);
  const came = outcomeTable(outcomes);
  if (saysMore(outcomes) || found.replication !== 'units')
    print(
      `\nAccuracy, loss and units that died\n${firstRows(came.header, came.rows, { all, known: true, keys: 1 })}\n${shownText(outcomeWords(outcomes))}\n`,
    );
  const units = unitTable(found, options.units);
  if (units.rows.length > 0)
    print(`\nUnits that moved most\n${firstRows(units.header, units.rows, unitKeys(units, all))}`);
  const changed = changedTable(found, options.units);
  const changes = found.died.length + found.awoke.length;
  if (changed.rows.length > 0)
    print(
      `\nUnits that died or awoke, by category: ${changed.rows.length} of ${changes}\n${firstRows(changed.header, changed.rows, unitKeys(changed, all))}`,
    );
}
