import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { textTable } from '../terminal/text-table.js';
import { print, printJson } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly format: 'parquet' | 'csv' | 'json' | 'arrow';
  readonly out?: string;
  readonly json?: true;
}

export function exportCommand(): Command {
  return withResultsOptions(new Command('export').argument('<name>', 'the sweep'))
    .addOption(
      new Option('--format <format>', 'of the files')
        .choices(['parquet', 'csv', 'json', 'arrow'])
        .default('parquet'),
    )
    .option('--out <folder>', 'default: ./<name>-<format>')
    .option('--json', 'what was written, as JSON')
    .addHelpText(
      'after',
      `
Writes units, layers, checkpoints, objects, failures, and births where the sweep kept them. birth_histogram is a list of
{birth_rank, images}; in CSV it is JSON text.

Examples:
  unitscope export demo
  unitscope export demo --format csv --out results --threshold 30`,
    )
    .action(async (name: string, options: Options) => {
      const { missingTables, runQuery, TABLES } = await import('@unitscope/query');
      const results = await openResults(name, options);
      const folder = options.out ?? `${name}-${options.format}`;
      await mkdir(folder, { recursive: true });
      const written: { table: string; rows: number; file: string }[] = [];
      const missing = await missingTables([results]);
      for (const table of TABLES) {
        if (missing.has(table)) continue;
        const result = await runQuery([results], `SELECT * FROM ${table}`);
        const file = path.join(folder, `${table}.${options.format}`);
        await result.write(file);
        written.push({ table, rows: result.length, file });
      }
      if (options.json === true) printJson({ sweep: name, written });
      else {
        const rows = written.map(({ table, rows: count, file }) => [table, count, file]);
        print(textTable(['table', 'rows', 'file'], rows));
      }
    });
}
