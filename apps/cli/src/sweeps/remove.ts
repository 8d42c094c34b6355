import { Command } from 'commander';
import { line } from '@unitscope/base';
import { refuseWhileItRuns } from './executions.js';
import { storeAddress } from './spec-file.js';
import { print } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly force?: true;
}

export function removeCommand(): Command {
  return new Command('remove')
    .argument('<name>', 'the sweep’s name')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option('--force', 'also where the Temporal server it was launched on does not answer')
    .addHelpText(
      'after',
      `
Refused while somebody runs it. What it measured stays for other sweeps until \`unitscope gc\` removes what no sweep needs.

Examples:
  unitscope remove demo
  unitscope remove demo --store s3://bucket/runs`,
    )
    .action(async (name: string, options: Options) => {
      const { openStore } = await import('@unitscope/store');
      const { removeSweep } = await import('@unitscope/tasks');
      const store = await openStore(storeAddress(options.store));
      await refuseWhileItRuns(store, name, { unlessKnown: options.force !== true });
      await removeSweep(store, name);
      print(line`sweep ${name} is removed; \`unitscope gc\` frees what no other sweep needs\n`);
    });
}
