import { Command } from 'commander';
import { storeAddress } from '../spec-file.js';
import { humanBytes } from '../text-table.js';

interface Options {
  readonly store?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function gcCommand(): Command {
  return new Command('gc')
    .description('Remove the objects that no sweep of the store needs, and what killed writers left.')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option('--dry-run', 'only say what would be removed')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
A sweep needs what its manifest names. To be rid of a sweep, remove its folder sweeps/NAME, then run gc.
Run it while no sweep is running.

Examples:
  unitscope gc --dry-run
  unitscope gc`,
    )
    .action(async (options: Options) => {
      const { openStore } = await import('@unitscope/store');
      const { collectGarbage } = await import('@unitscope/tasks');
      const { objects, bytes, kept, unreadable } = await collectGarbage(
        await openStore(storeAddress(options.store)),
        {
          dryRun: options.dryRun === true,
        },
      );
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ objects, bytes, kept, unreadable })}\n`);
      else {
        const verb = options.dryRun === true ? 'would remove' : 'removed';
        process.stdout.write(
          `${verb} ${objects} objects, ${humanBytes(bytes)}; ${kept} objects are needed\n`,
        );
        for (const { name, problem } of unreadable)
          process.stdout.write(`sweep ${name} cannot be read, what it alone needs is not kept: ${problem}\n`);
      }
    });
}
