import { Command, Option } from 'commander';
import type { PageTheme } from '@unitscope/plots';
import { line } from '@unitscope/base';
import { ALL_ROWS } from './first-rows.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { humanBytes } from '../terminal/text-table.js';
import { print, printJson } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly out?: string;
  readonly all?: true;
  readonly theme: PageTheme;
  readonly json?: true;
}

export function reportCommand(): Command {
  return withResultsOptions(new Command('report').argument('<name>', 'the sweep'))
    .option('--out <file>', 'default: ./<name>.html')
    .addOption(
      new Option('--theme <theme>', 'colours of page and charts; auto: as the reader’s system has them')
        .choices(['light', 'dark', 'auto'])
        .default('light'),
    )
    .option(...ALL_ROWS)
    .option('--json', 'what was written, as JSON')
    .addHelpText(
      'after',
      `
The page begins with the answers, asks for nothing from elsewhere and holds no script.

Examples:
  unitscope report demo
  unitscope report demo --theme auto
  unitscope report demo --out demo.html --threshold 100`,
    )
    .action(async (name: string, options: Options) => {
      const [{ sweepReport }, { OutputFile }] = await Promise.all([
        import('./report/sweep-report.js'),
        import('@unitscope/process'),
      ]);
      const page = Buffer.from(await sweepReport(await openResults(name, options), options));
      const out = options.out ?? `${name}.html`;
      await OutputFile.put(out, page);
      if (options.json === true) printJson({ out, bytes: page.length });
      else print(line`written: ${out}, ${humanBytes(page.length)}\n`);
    });
}
