import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { SweepClient } from '@unitscope/workflows';
import {
  fetchTemporalCli,
  findTemporalCli,
  startTemporalServer,
  type TemporalServer,
} from '../../infra/temporal-server.mjs';

/** A real Temporal server for the tests of this file; TEMPORAL_ADDRESS names it meanwhile. */
export function useTemporalServer(): () => TemporalServer {
  let server: TemporalServer | undefined;
  let folder = '';
  const before = process.env['TEMPORAL_ADDRESS'];
  beforeAll(async () => {
    if (findTemporalCli() === undefined) await fetchTemporalCli();
    folder = await mkdtemp(join(tmpdir(), 'unitscope-temporal-'));
    server = await startTemporalServer({ database: join(folder, 'temporal.db') });
    process.env['TEMPORAL_ADDRESS'] = server.address;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
    else process.env['TEMPORAL_ADDRESS'] = before;
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return () => {
    if (server === undefined) throw new Error('the Temporal server is up only while tests run');
    return server;
  };
}

/** A client that is closed when the test is over. */
export async function sweepClient(): Promise<SweepClient> {
  const client = await SweepClient.connect();
  onTestFinished(() => client.close());
  return client;
}
