import { RANKINGS, type Ranking, definitionSentence } from '@unitscope/entropy';
import { Command, Option } from 'commander';
import type { RankedUnit, ResultTrainings, UnitRanking } from '@unitscope/query';
import { shownText } from '@unitscope/base';
import { chance, figure } from './figures.js';
import { ALL_ROWS, firstRows, unitKeys } from './first-rows.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { wholeNumber } from '../terminal/option-values.js';
import { print, printJson } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly by: Ranking;
  readonly checkpoint?: string;
  readonly layer?: string;
  readonly category?: string;
  readonly limit: number;
  readonly agreement?: true;
  readonly all?: true;
  readonly json?: true;
}

export function rankCommand(): Command {
  return withResultsOptions(new Command('rank').argument('<name>', 'the sweep'))
    .addOption(new Option('--by <ranking>', 'what decides').choices(RANKINGS).default('ineffectiveness'))
    .option('--checkpoint <label>', 'default: the last one of the (first) training')
    .option('--layer <layer>', 'one layer only')
    .option('--category <category>', 'one category instead of the mean over all')
    .option('--limit <units>', 'so many units of each layer', wholeNumber(1), 10)
    .option('--agreement', 'how far the rankings of each layer agree as well')
    .option(...ALL_ROWS)
    .option('--json', 'everything as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Rank 0 is the most important: low ineffectiveness or entropy (below 0.1 last), high selective rate, high L1 norm, low share
of zeros (apoz), high mean activation, high class selectivity. A unit that is sensitive in no category has no ineffectiveness and no H, and is not listed
by them. --agreement: Spearman's rho and Kendall's tau between rankings of a layer's units.

Examples:
  unitscope rank demo
  unitscope rank demo --by l1 --layer conv4 --checkpoint step-0128
  unitscope rank demo --agreement
  unitscope rank demo --category 7 --json`,
    )
    .action(showRanking);
}

async function showRanking(name: string, options: Options): Promise<void> {
  const { orderEnds, rankUnits, resultTrainings } = await import('@unitscope/query');
  const results = await openResults(name, options);
  const checkpoint =
    options.checkpoint === undefined ? orderEnds(results).last : results.checkpoint(options.checkpoint);
  const { by, layer, category, all } = options;
  const found = await rankUnits(results, checkpoint, { by, layer, category });
  if (options.json === true) {
    printJson({ definition: results.definition, ...found });
    return;
  }
  const ofTraining =
    options.checkpoint === undefined ? chosenWords(resultTrainings(results), results.checkpoints.length) : '';
  print(
    `checkpoint ${shownText(found.checkpoint)}${ofTraining}, by ${by}\n\n` +
      unitsText(found, options.limit, all) +
      `\n${layersText(found, all)}\n${definitionSentence(results.definition)}\n`,
  );
  if (options.agreement !== true) return;
  print(
    `\nAgreement of the rankings\n` +
      firstRows(
        ['layer', 'rankings', 'units', 'rho', 'tau', 'p of tau'],
        found.agreement.map((pair) => [
          pair.layer ?? '',
          `${pair.first}, ${pair.second}`,
          pair.units,
          figure(pair.spearman, 2),
          figure(pair.kendall, 2),
          chance(pair.p),
        ]),
        { all, known: true },
      ),
  );
}

/** The first units of each layer. What a unit does not have ranks it nowhere: that it is among the last says nothing of it. */
function unitsText({ by, units }: UnitRanking, limit: number, all: true | undefined): string {
  const shown = units.filter(({ ranks, values }) => values[by] !== null && (ranks[by] ?? 0) < limit);
  const rows = shown.map(({ layer, unit, ranks, values }: RankedUnit) => [
    layer ?? '',
    ranks[by] ?? '',
    unit,
    figure(values.ineffectiveness),
    figure(values.entropy),
    figure(values.selective_rate),
    figure(values.l1),
    figure(values.apoz),
    figure(values.mean),
    figure(values.class_selectivity),
  ]);
  const header = ['layer', 'rank', 'unit', 'ineffectiveness', 'H', 'ε', 'L1', 'APoZ', 'mean', 'selectivity'];
  return rows.length === 0
    ? `No unit has a rank by ${by}.\n`
    : firstRows(header, rows, unitKeys({ header }, all));
}

/** How many units of each layer are sensitive: the others have no H. */
function layersText({ layers }: UnitRanking, all: true | undefined): string {
  return firstRows(
    ['layer', 'units', 'sensitive', 'mean H'],
    layers.map(({ layer, units, sensitive, entropy }) => [layer ?? '', units, sensitive, figure(entropy)]),
    { all },
  );
}

/** Which of several trainings the checkpoint is the last of; where nothing places them it is the last of none. */
function chosenWords({ trainings, problem }: ResultTrainings, checkpoints: number): string {
  if (problem !== null && checkpoints > 1)
    return ` (one of ${checkpoints}, which nothing places: --checkpoint names another)`;
  return trainings.length > 1
    ? ` (the last one of ${shownText(trainings[0]?.run ?? '')}, of ${trainings.length} trainings)`
    : '';
}
