import { Command } from 'commander';
import type { RunningSweep } from '@unitscope/workflows';
import { line } from '@unitscope/base';
import { remoteStore, storeOption, withSweepClient } from './remote-sweep.js';
import { LocalSweep } from './local-sweep.js';
import { print } from '../terminal/output.js';

interface Options {
  readonly store?: string;
}

// One word to a sweep, whoever runs it.

export const pauseCommand = (): Command =>
  control(
    'pause',
    (name) => `paused; \`unitscope resume ${name}\` goes on`,
    (sweep) => sweep.pause(),
    (sweep, name) => sweep.stop(`paused; \`unitscope resume ${name}\` goes on`),
  );

export const resumeCommand = (): Command =>
  control(
    'resume',
    () => 'goes on',
    (sweep) => sweep.resume(),
    (sweep) => sweep.resume(false),
  );

export const cancelCommand = (): Command =>
  control(
    'cancel',
    (name) => `is being cancelled; \`unitscope watch ${name}\` waits for its end`,
    (sweep) => sweep.cancel(),
    (sweep) => sweep.stop('cancelled; what is done is kept'),
  );

function control(
  verb: string,
  answer: (which: string) => string,
  act: (sweep: RunningSweep) => Promise<void>,
  actHere: (sweep: LocalSweep, which: string) => Promise<void>,
): Command {
  return new Command(verb)
    .argument('<name>', 'the sweep’s name')
    .option('--store <address>', storeOption)
    .addHelpText(
      'after',
      `\nTemporal’s address: TEMPORAL_ADDRESS and its like.\n\nExamples:\n  unitscope ${verb} demo\n  unitscope ${verb} demo --store s3://bucket/prefix`,
    )
    .action(async (name: string, options: Options) => {
      const here = await LocalSweep.find(name, options.store);
      if (here !== null) {
        await actHere(here, options.store === undefined ? name : `${name} --store ${options.store}`);
        return;
      }
      await withSweepClient(async (client) => {
        const store = await remoteStore(client, name, options.store);
        const sweep = await client.find(name, store);
        await sweep.expectRunning(name);
        await act(sweep);
        print(
          line`sweep ${name} in ${store}: ${answer(options.store === undefined ? name : `${name} --store ${store}`)}\n`,
        );
      });
    });
}
