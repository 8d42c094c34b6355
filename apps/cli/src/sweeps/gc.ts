import { Command } from 'commander';
import { counted, line } from '@unitscope/base';
import { refuseWhileAnyRuns } from './executions.js';
import { duration } from '../terminal/option-values.js';
import { storeAddress } from './spec-file.js';
import { ALL_ROWS, firstLines } from '../results/first-rows.js';
import { humanBytes } from '../terminal/text-table.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly dryRun?: true;
  readonly besideRunning?: true;
  readonly minAge?: number;
  readonly all?: true;
  readonly json?: true;
}

export function gcCommand(): Command {
  return new Command('gc')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option('--dry-run', 'only say what would be removed')
    .option('--min-age <duration>', 'what is younger stays: 0, 90m, 1h, 7d; default: 1h', duration)
    .option('--beside-running', 'also while sweeps of the store run; they lose nothing')
    .option(...ALL_ROWS)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
A sweep needs what its manifest names. To be rid of a sweep: unitscope remove NAME, then gc.
It refuses while a sweep of the store runs, unless --beside-running says that it may. A running sweep loses nothing even so:
what its manifest names stays, and a launch waits until gc is over. Only one gc works on a store at a time.

Examples:
  unitscope gc --dry-run
  unitscope gc
  unitscope gc --min-age 7d`,
    )
    .action(async (options: Options) => {
      const { openStore } = await import('@unitscope/store');
      const { collectGarbage } = await import('@unitscope/tasks');
      const store = await openStore(storeAddress(options.store));
      if (options.dryRun !== true && options.besideRunning !== true) await refuseWhileAnyRuns(store);
      const { objects, bytes, kept, young, unreadable } = await collectGarbage(store, {
        dryRun: options.dryRun === true,
        minAgeMs: options.minAge,
      });
      if (options.json === true) printJson({ objects, bytes, kept, young, unreadable });
      else {
        const verb = options.dryRun === true ? 'would remove' : 'removed';
        print(
          `${verb} ${counted(objects, 'object')}, ${humanBytes(bytes)}; needed: ${counted(kept, 'object')}` +
            `${young === 0 ? '' : `, too young (--min-age): ${young}`}\n`,
        );
        const lost = unreadable.map(
          ({ name, problem }) =>
            line`sweep ${name} cannot be read, what it alone needs is not kept: ${problem}`,
        );
        print(firstLines(lost, { all: options.all }));
      }
    });
}
