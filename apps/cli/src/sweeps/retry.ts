import { Command } from 'commander';
import { line } from '@unitscope/base';
import { remoteStore, storeOption, watchSweep, withSweepClient } from './remote-sweep.js';
import { finishRemote } from './remote-summary.js';
import { LocalSweep } from './local-sweep.js';
import { print } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly detach?: true;
  readonly json?: true;
}

export function retryCommand(): Command {
  return new Command('retry')
    .argument('<name>', 'the sweep’s name')
    .option('--store <address>', storeOption)
    .option('--detach', 'on Temporal: do not wait for the end')
    .option('--json', 'one JSON document on stdout at the end')
    .addHelpText('after', '\nExamples:\n  unitscope retry demo\n  unitscope retry demo --detach')
    .action(async (name: string, options: Options) => {
      const here = await LocalSweep.find(name, options.store);
      if (here !== null) {
        await here.resume(options.json === true);
        return;
      }
      const { openStore } = await import('@unitscope/store');
      const { readManifest } = await import('@unitscope/tasks');
      await withSweepClient(async (client) => {
        const address = await remoteStore(client, name, options.store);
        const manifest = await readManifest(await openStore(address), name);
        const run = await client.retry(manifest, address);
        if (options.detach === true) {
          print(line`sweep ${name} in ${address}: retries what failed\n`);
          return;
        }
        await watchSweep(run, new AbortController().signal);
        await finishRemote(run, name, address, options.json === true);
      });
    });
}
