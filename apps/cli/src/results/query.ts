import { counted, countText } from '@unitscope/base';
import { Command } from 'commander';
import { MOST_ROWS } from './first-rows.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { wholeNumber } from '../terminal/option-values.js';
import { textTable } from '../terminal/text-table.js';
import { print, printDocument, printJson, tell } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly limit: number;
  readonly all?: true;
  readonly memory?: number;
  readonly out?: string;
  readonly csv?: true;
  readonly json?: true;
}

export function queryCommand(): Command {
  return withResultsOptions(
    new Command('query')
      .argument(
        '<names>',
        'a sweep, or several separated by commas; a column `sweep` then says which one each row belongs to',
      )
      .argument(
        '<sql>',
        'one SELECT over units, layers, checkpoints, births, objects, failures; SHOW TABLES, DESCRIBE units',
      ),
  )
    .option('--limit <rows>', 'rows of the table on a terminal', wholeNumber(1), MOST_ROWS)
    .option('--all', 'all rows of the table')
    .option(
      '--memory <megabytes>',
      'the most memory that the query may use; default: 1/4 of the machine’s, at most 4295',
      wholeNumber(256),
    )
    .option('--out <file>', 'write all rows to FILE: .csv, .json, .parquet or .arrow')
    .option('--csv', 'all rows as CSV on stdout')
    .option('--json', 'all rows as one JSON document on stdout: {"columns", "rows"}')
    .addHelpText(
      'after',
      `
Reads only: nothing but the results can be reached. --threshold and --min-selective-rate recompute units and layers
from the birth histograms. The columns are in docs/tables.md.

Examples:
  unitscope query demo "SHOW TABLES"
  unitscope query demo "DESCRIBE units"
  unitscope query demo "SELECT layer, avg(entropy) AS h FROM units WHERE sensitive GROUP BY layer ORDER BY h"
  unitscope query demo "SELECT checkpoint, layer, count(*) AS dead FROM units WHERE births = 0 GROUP BY ALL"
  unitscope query demo,other "SELECT sweep, max(meta_loss) AS loss FROM checkpoints GROUP BY sweep" --json
  unitscope query demo "SELECT * FROM units" --out units.parquet`,
    )
    .action(askSql);
}

async function askSql(names: string, sql: string, options: Options): Promise<void> {
  const { checkOutputName, runQuery, sqlMemory, watchMemory } = await import('@unitscope/query');
  if (options.out !== undefined) checkOutputName(options.out);
  const sweeps = [];
  for (const name of new Set(names.split(','))) sweeps.push(await openResults(name.trim(), options));
  const memory = options.memory === undefined ? sqlMemory() : options.memory * 1e6;
  watchMemory(memory, tooMuch(memory));
  const result = await runQuery(sweeps, sql);
  for (const notice of result.notices) tell(`${notice}\n`);
  if (options.out !== undefined) await result.write(options.out);
  if (options.json === true) {
    printJson({ columns: result.columns, rows: result.rows() });
  } else if (options.csv === true) {
    printDocument(result.csv());
  } else if (options.out === undefined) {
    const rows = result.rows(options.all === true ? undefined : options.limit).map((row) => row.map(shown));
    print(textTable(result.columns, rows));
    if (result.length > rows.length) {
      tell(
        `${rows.length} of ${counted(result.length, 'row')}; --all, --limit, --csv, --json or --out give more\n`,
      );
    }
  }
}

function shown(value: unknown): string | number {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(6));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function tooMuch(bytes: number): string {
  return (
    `unitscope: SQL: this took more than ${countText(Math.round(bytes / 1e6))} MB of memory, and is ended; ` +
    'ask for less (fewer columns, a WHERE, no CROSS JOIN), or give it more by --memory\n'
  );
}
