import { Client, Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { temporalBill } from '@unitscope/workflows';
import { activationSweep, storeOf } from '../activation-sweep.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { unitscopeWorker } from '../workers.js';

useTemporalServer();

const small = { layers: ['conv1'], categories: ['0'] };

it.each([
  ['of several tasks', {}],
  ['of one task', small],
])(
  'starts the workflows and activities that the bill says for checkpoints %s, as its histories tell',
  async (_, extent) => {
    const sweep = await activationSweep({ checkpoints: 5, ...extent });
    await unitscopeWorker('--store', storeOf(sweep));
    const client = await sweepClient();
    const { run } = await client.launch(sweep.manifest, storeOf(sweep), { spec: sweep.text });
    await run.result();
    const { workflows, activities } = temporalBill({ checkpoints: 5, tasks: sweep.tasks, seconds: 0 });
    await expect
      .poll(() => countedIn(run.workflowId), { timeout: 30_000 })
      .toEqual({ workflows, activities });
  },
);

/** Of a sweep and its checkpoints. */
async function countedIn(workflowId: string): Promise<{ workflows: number; activities: number }> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const { workflow } = new Client({ connection });
  const counted = { workflows: 0, activities: 0 };
  for await (const info of workflow.list()) {
    if (!info.workflowId.startsWith(workflowId)) continue;
    counted.workflows++;
    const { events } = await workflow.getHandle(info.workflowId, info.runId).fetchHistory();
    counted.activities += (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes).length;
  }
  await connection.close();
  return counted;
}
