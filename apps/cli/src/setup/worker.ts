import { Command, Option } from 'commander';
import type { WorkerRole } from '@unitscope/workflows';
import { LAST_PORT, wholeNumber } from '../terminal/option-values.js';

interface Options {
  readonly role: WorkerRole;
  readonly threads?: number;
  readonly memory?: number;
  readonly port: number;
  readonly host: string;
  readonly grace: number;
  readonly store?: readonly string[];
  readonly deployment?: string;
  readonly buildId?: string;
}

export function workerCommand(): Command {
  return new Command('worker')
    .addOption(
      new Option('--role <role>', 'which tasks: extract needs a tensor backend, measure a CPU')
        .choices(['all', 'extract', 'measure'])
        .default('all'),
    )
    .option('--threads <number>', 'tasks at once; default: one per core', wholeNumber(1))
    .option(
      '--memory <megabytes>',
      'no task starts while more than this is in use; default: 3/4 of the container’s, else of the machine’s',
      wholeNumber(64),
    )
    .option('--port <number>', 'of /metrics and /healthz; 0: a free one', wholeNumber(0, LAST_PORT), 9464)
    .option('--host <address>', 'address of that port', '127.0.0.1')
    .option(
      '--store <address...>',
      'stores that it serves, and what lies below them; default: UNITSCOPE_STORES, else any bucket of the S3 server ' +
        'that the environment names',
    )
    .option('--grace <seconds>', 'how long tasks may go on once it is to end', wholeNumber(0), 30)
    .option(
      '--deployment <name>',
      'Temporal worker deployment that it is of: a sweep stays with the version that it began with',
    )
    .option('--build-id <id>', 'its version within the deployment; default: the release and its numbers')
    .addHelpText(
      'after',
      `
Temporal’s address, namespace, TLS and API key come from its own environment configuration
(TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…), those of S3 from the AWS SDK’s.
It opens no other address, whoever asks: a folder (file:///data), and an endpoint in an address, must be named; s3:// is any
bucket of the environment’s S3 server. Checkpoints and activation files on S3 count too.
SIGTERM or Ctrl-C: takes nothing new, ends what runs, and leaves.

Examples:
  unitscope worker
  unitscope worker --store s3://unitscope/runs s3://checkpoints
  unitscope worker --deployment unitscope
  TEMPORAL_ADDRESS=temporal:7233 unitscope worker --role measure --threads 8 --memory 16000`,
    )
    .action(async ({ role, threads, memory, port, host, grace, store, deployment, buildId }: Options) => {
      const { runWorker, storesOf } = await import('@unitscope/workflows');
      const stop = new AbortController();
      const onSignal = (): void => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      await runWorker({
        ...{ role, threads, port, host, graceSeconds: grace, signal: stop.signal, deployment, buildId },
        stores: store ?? storesOf(process.env['UNITSCOPE_STORES']),
        memoryBytes: memory === undefined ? undefined : memory * 2 ** 20,
      });
    });
}
