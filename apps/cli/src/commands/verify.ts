import { Command } from 'commander';
import { storeAddress } from '../spec-file.js';
import { humanBytes } from '../text-table.js';

interface Options {
  readonly store?: string;
  readonly json?: true;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Read every object of a store and check its digest.')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExit status 1 where an object is damaged.\n\nExamples:\n  unitscope verify\n  unitscope verify --store /data/unitscope',
    )
    .action(async (options: Options) => {
      const { openStore } = await import('@unitscope/store');
      const { verifyStore } = await import('@unitscope/tasks');
      const result = await verifyStore(await openStore(storeAddress(options.store)));
      if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
      else {
        for (const { key, problem } of result.damaged) process.stdout.write(`${key}: ${problem}\n`);
        process.stdout.write(
          `${result.objects} objects, ${humanBytes(result.bytes)}, ${result.damaged.length} damaged\n`,
        );
        if (result.damaged.length > 0)
          process.stdout.write(
            'remove the damaged objects and run their sweeps again: what is missing is made anew\n',
          );
      }
      if (result.damaged.length > 0) process.exitCode = 1;
    });
}
