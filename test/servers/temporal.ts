import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
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

/** Activities that the server holds to be under way in an execution and those that it started. */
export async function activitiesUnderWay(workflowId: string): Promise<ActivityUnderWay[]> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  try {
    const { workflow } = new Client({ connection });
    const found: ActivityUnderWay[] = [];
    for await (const info of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      if (!info.workflowId.startsWith(workflowId)) continue;
      const { raw } = await workflow.getHandle(info.workflowId, info.runId).describe();
      for (const { activityType, lastHeartbeatTime } of raw.pendingActivities ?? [])
        found.push({
          type: activityType?.name ?? '',
          heartbeat: Number(lastHeartbeatTime?.seconds ?? 0) * 1000,
        });
    }
    return found;
  } finally {
    await connection.close();
  }
}

interface ActivityUnderWay {
  readonly type: string;
  /** When it last told what it is at, in milliseconds since 1970, whole seconds; 0 where it has not. */
  readonly heartbeat: number;
}
