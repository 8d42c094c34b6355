import { Command } from 'commander';
import { storeAddress } from '../spec-file.js';
import { textTable } from '../text-table.js';

interface Options {
  readonly store?: string;
  readonly json?: true;
}

export function sweepsCommand(): Command {
  return new Command('sweeps')
    .description('List the sweeps of a store and how far each is.')
    .option('--store <address>', 'folder or file:// address; default: ./.unitscope')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  unitscope sweeps\n  unitscope sweeps --store /data/unitscope --json',
    )
    .action(async (options: Options) => {
      const { openStore } = await import('@unitscope/store');
      const { listSweeps } = await import('@unitscope/tasks');
      const sweeps = await listSweeps(await openStore(storeAddress(options.store)));
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(sweeps)}\n`);
        return;
      }
      if (sweeps.length === 0) {
        process.stdout.write(`no sweeps in ${storeAddress(options.store)}\n`);
        return;
      }
      const rows = sweeps.map(({ name, checkpoints, finished, failures }) => [
        name,
        failures > 0 ? 'failed in part' : finished === checkpoints ? 'complete' : 'incomplete',
        `${finished}/${checkpoints}`,
        failures,
      ]);
      process.stdout.write(textTable(['sweep', 'state', 'checkpoints', 'failed tasks'], rows));
    });
}
