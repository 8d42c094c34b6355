import { Command } from 'commander';
import { interruptible } from './interruption.js';
import { counted, line } from '@unitscope/base';
import { remoteStore, storeOption, total, watchSweep, withSweepClient } from './remote-sweep.js';
import { finishRemote } from './remote-summary.js';
import { ALL_ROWS, firstRows } from '../results/first-rows.js';
import type { LiveProgress } from '@unitscope/workflows';
import { LocalSweep } from './local-sweep.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly once?: true;
  readonly all?: true;
  readonly json?: true;
}

export function watchCommand(): Command {
  return new Command('watch')
    .argument('<name>', 'the sweep’s name')
    .option('--store <address>', storeOption)
    .option('--once', 'say how far it is, by checkpoint, and return')
    .option(...ALL_ROWS)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nCtrl-C leaves the sweep alone.\n\nExamples:\n  unitscope watch demo\n  unitscope watch demo --once --json',
    )
    .action(async (name: string, options: Options) => {
      const here = await LocalSweep.find(name, options.store);
      if (here !== null) {
        await here.watch({ once: options.once === true, json: options.json === true });
        return;
      }
      await withSweepClient(async (client) => {
        const address = await remoteStore(client, name, options.store);
        const run = await client.find(name, address);
        if (options.once === true) {
          const [status, progress] = await Promise.all([run.status(), run.progress()]);
          const state = status === 'running' ? progress.state : status;
          if (options.json === true) printJson({ ...progress, state });
          else print(await overview(name, address, { ...progress, state }, options.all));
          return;
        }
        await interruptible(async (signal) => {
          if (await watchSweep(run, signal)) await finishRemote(run, name, address, options.json === true);
        });
      });
    });
}

async function overview(
  name: string,
  address: string,
  progress: Omit<LiveProgress, 'state'> & { readonly state: string },
  all: true | undefined,
): Promise<string> {
  const { openStore } = await import('@unitscope/store');
  const { readManifest } = await import('@unitscope/tasks');
  const { cells, checkpoints } = total(progress, 0);
  const labels = (await readManifest(await openStore(address), name)).checkpoints;
  // Of a sweep whose tasks are all layers at once there is nothing to say by layer.
  const byLayer = progress.open.some(({ layers }) => layers.length > 0);
  const rows = progress.open.map(({ checkpoint, state, tasks, layers }) => [
    labels[checkpoint]?.label ?? checkpoint,
    state,
    `${tasks.done + tasks.failed}/${tasks.total}`,
    tasks.failed,
    ...(byLayer ? [layers.map((layer) => `${layer.done}/${layer.total}`).join(' ')] : []),
  ]);
  const head = ['checkpoint', 'state', 'tasks', 'failed', ...(byLayer ? ['by layer'] : [])];
  return (
    line`sweep ${name} in ${address}: ${progress.state}, ${cells.done}/${counted(cells.total, 'cell')}, ` +
    `${checkpoints.done}/${counted(checkpoints.total, 'checkpoint')}, ${counted(cells.failed, 'cell')} failed\n` +
    (rows.length === 0 ? '' : firstRows(head, rows, { all }))
  );
}
