import { Command } from 'commander';
import { total, watchSweep, withSweepClient } from '../remote-sweep.js';
import { storeAddress } from '../spec-file.js';
import { finishRemote } from '../remote-summary.js';
import { textTable } from '../text-table.js';
import type { LiveProgress } from '@unitscope/workflows';

interface Options {
  readonly store?: string;
  readonly once?: true;
  readonly json?: true;
}

export function watchCommand(): Command {
  return new Command('watch')
    .description('Follow a sweep that runs on Temporal until it ends.')
    .argument('<name>', 'the sweep’s name')
    .option('--store <address>', 'the sweep’s store; default: ./.unitscope')
    .option('--once', 'say how far it is, by checkpoint, and return')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nCtrl-C leaves the sweep alone.\n\nExamples:\n  unitscope watch demo\n  unitscope watch demo --once --json',
    )
    .action(async (name: string, options: Options) => {
      const address = storeAddress(options.store);
      await withSweepClient(async (client) => {
        const run = await client.find(name, address);
        if (options.once === true) {
          const progress = await run.progress();
          if (options.json === true) process.stdout.write(`${JSON.stringify(progress)}\n`);
          else process.stdout.write(overview(name, progress));
          return;
        }
        const stop = new AbortController();
        const onSignal = (): void => stop.abort();
        process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
        try {
          if (await watchSweep(run, stop.signal))
            await finishRemote(run, name, address, options.json === true);
        } finally {
          process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
        }
      });
    });
}

function overview(name: string, progress: LiveProgress): string {
  const { cells, checkpoints } = total(progress, 0);
  const rows = progress.open.map(({ checkpoint, state, tasks, layers }) => [
    checkpoint,
    state,
    `${tasks.done + tasks.failed}/${tasks.total}`,
    tasks.failed,
    layers.map((layer) => `${layer.done}/${layer.total}`).join(' '),
  ]);
  return (
    `sweep ${name}: ${progress.state}, ${cells.done}/${cells.total} cells, ` +
    `${checkpoints.done}/${checkpoints.total} checkpoints, ${cells.failed} cells failed\n` +
    (rows.length === 0 ? '' : textTable(['checkpoint', 'state', 'tasks', 'failed', 'by layer'], rows))
  );
}
