// Records the histories that replay.test.ts replays: a sweep with tasks that do nothing, paused, resumed, continued as
// new, retried and cancelled. Usage: TEMPORAL_ADDRESS=… node workflows/test/record-histories.mjs
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection, Worker } from '@temporalio/worker';
import { defaultPace, taskQueues } from '@unitscope/workflows';

const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233';
const folder = new URL('histories/', import.meta.url);
const connection = await NativeConnection.connect({ address });
const plan = { kind: 'measure', tasks: 40, cells: 40, layerStarts: [0, 20] };

async function runTasks(_, { from, to, tasks }) {
  await sleep(30);
  const failed = tasks === undefined && from <= 3 && to > 3 ? [3] : [];
  const cells = { done: to - from - failed.length, cached: 0, failed: failed.length };
  return { cells, failed, maps: 10, seconds: 1 };
}
const compute = {
  extractTasks: runTasks,
  measureTasks: runTasks,
  aggregateTables: async () => ({ failed: false }),
};
const workers = await Promise.all([
  Worker.create({
    connection,
    taskQueue: taskQueues.sweep,
    workflowBundle: { codePath: fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url)) },
    activities: {
      openSweep: async () => ({ cells: 120 }),
      planCheckpoint: async () => plan,
      failedCheckpoints: async () => [0],
      failedTasksOf: async () => [3],
      closeSweep: async () => ({ failedTasks: 0 }),
    },
  }),
  Worker.create({
    connection,
    taskQueue: taskQueues.measure,
    activities: compute,
    maxConcurrentActivityTaskExecutions: 2,
  }),
]);
const runs = workers.map((worker) => worker.run());
const { workflow } = new Client({ connection: await Connection.connect({ address }) });
const id = `recorded-${Date.now()}`;
const ref = { sweep: 'recorded', store: 'file:///store', manifest: '0'.repeat(64), checkpoints: 3 };
const start = (suffix, more) =>
  workflow.start('sweepWorkflow', {
    workflowId: `${id}${suffix}`,
    taskQueue: taskQueues.sweep,
    args: [
      {
        ref,
        scope: 'all',
        window: 2,
        pace: { ...defaultPace, lanes: 3, batchTasks: 2, historyEvents: 60 },
        ...more,
      },
    ],
  });

const sweep = await start('', {});
const { firstExecutionRunId } = sweep;
await sleep(150);
await sweep.executeUpdate('pause');
await sleep(200);
await sweep.executeUpdate('setWindow', { args: [1] });
await sweep.executeUpdate('resume');
await sleep(300);
await sweep.executeUpdate('retryFailed');
await sweep.result();
await save('sweep', `${id}`, firstExecutionRunId);
const child = workflow.getHandle(`${id}/checkpoint-0`);
await save('checkpoint', child.workflowId, (await child.describe()).raw.workflowExecutionInfo?.firstRunId);

const retry = await start('-retry', { scope: 'failed' });
await retry.result();
await save('sweep-retry', retry.workflowId);

const cancelled = await start('-cancelled', {});
await sleep(600);
await cancelled.cancel();
await cancelled.result().catch(() => undefined);
await save('sweep-cancelled', cancelled.workflowId);
await save('checkpoint-cancelled', `${cancelled.workflowId}/checkpoint-0`);

for (const worker of workers) worker.shutdown();
await Promise.all(runs);
process.exit(0);

async function save(name, workflowId, runId) {
  const history = await workflow.getHandle(workflowId, runId).fetchHistory();
  const events = JSON.parse(historyToJSON(history)).events;
  for (const event of events) anonymise(event);
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ workflowId, history: { events } })}\n`);
  console.log(name, events.length, 'events');
}

/** A worker's identity is its process and the machine's name. */
function anonymise(value) {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.identity === 'string') value.identity = 'worker';
  Object.values(value).forEach(anonymise);
}
