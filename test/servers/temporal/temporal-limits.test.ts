import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { defaultPace, taskQueues } from '@unitscope/workflows';
import { jsonLogger } from '../../../workflows/src/worker/worker-log.js';
import type { Batch, BatchResult, CheckpointPlan } from '../../../workflows/src/messages/messages.js';
import { useTemporalServer } from '../temporal.js';

// One checkpoint of 1,000 categories × 16 layers whose tasks do nothing: what its workflows leave behind.

const CATEGORIES = 1000;
const LAYERS = 16;
const MOST_EVENTS = 5000;
const MOST_BYTES = 64 * 1024;

useTemporalServer();
beforeAll(() => void Runtime.install({ logger: jsonLogger('ERROR') }));

const ref = {
  sweep: 'x'.repeat(100),
  store: `s3://${'b'.repeat(63)}/${'p'.repeat(200)}`,
  manifest: 'f'.repeat(64),
  checkpoints: 1,
};

it.each<[CheckpointPlan['kind'], number]>([
  ['extract', 1],
  ['measure', 16],
])('keeps histories and payloads small where tasks are for %s, %i a batch', async (kind, batchTasks) => {
  const tasks = kind === 'extract' ? CATEGORIES : CATEGORIES * LAYERS;
  const plan: CheckpointPlan = {
    kind,
    tasks,
    cells: CATEGORIES * LAYERS,
    layerStarts: kind === 'extract' ? [] : Array.from({ length: LAYERS }, (_, i) => i * CATEGORIES),
    names: {
      checkpoint: 'step-000',
      layers: kind === 'extract' ? [] : Array.from({ length: LAYERS }, (_, i) => `conv${i}`),
      categories: Array.from({ length: CATEGORIES }, (_, i) => `n${String(i).padStart(7, '0')}`),
    },
  };
  const seen = new Set<number>();
  const done = runWorkers(plan, seen);
  const client = await connect();
  const { workflow } = client;
  const handle = await workflow.start('sweepWorkflow', {
    workflowId: `limits-${kind}`,
    taskQueue: taskQueues.sweep,
    args: [{ ref, scope: 'all', window: 4, pace: { ...defaultPace, batchTasks } }],
  });
  expect(await handle.result()).toMatchObject({ checkpoints: 1, failedTasks: 0 });
  expect(seen.size).toBe(tasks);
  await (
    await done
  )();

  const sizes = [
    ...(await historySizes(client, `limits-${kind}`)),
    ...(await historySizes(client, `limits-${kind}/checkpoint-0`)),
  ];
  const events = sizes.map((size) => size.events);
  const payload = Math.max(...sizes.map((size) => size.largestPayload));
  console.info(
    `${kind}: ${events.length} histories of ${events.join(', ')} events, largest payload ${payload} bytes`,
  );
  expect(Math.max(...events)).toBeLessThan(MOST_EVENTS);
  expect(payload).toBeLessThan(MOST_BYTES);
});

/** Workers whose tasks do nothing; answers how to end them. */
async function runWorkers(plan: CheckpointPlan, seen: Set<number>): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const runTasks = (_: unknown, { from, to }: Batch): Promise<BatchResult> => {
    for (let task = from; task < to; task++) seen.add(task);
    // Every second task fails, so that failures take their place in the messages too.
    const failed = Array.from({ length: to - from }, (_, i) => from + i).filter((task) => task % 2 === 0);
    const cells = { done: to - from - failed.length, cached: 0, failed: failed.length };
    return Promise.resolve({ cells, failed, maps: 1e6, seconds: 1e-6 });
  };
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: taskQueues.sweep,
      workflowBundle: {
        codePath: fileURLToPath(new URL('../../../workflows/dist/workflow-bundle.js', import.meta.url)),
      },
      activities: {
        openSweep: () => Promise.resolve({ cells: plan.cells }),
        planCheckpoint: () => Promise.resolve(plan),
        closeSweep: () => Promise.resolve({ failedTasks: 0 }),
      },
    }),
    ...[taskQueues.extract, taskQueues.measure].map((taskQueue) =>
      Worker.create({
        connection,
        taskQueue,
        activities: {
          extractTasks: runTasks,
          measureTasks: runTasks,
          aggregateTables: () => Promise.resolve({ failed: false }),
        },
      }),
    ),
  ]);
  const runs = workers.map((worker) => worker.run());
  return async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    await connection.close();
  };
}

async function connect(): Promise<Client> {
  return new Client({
    connection: await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' }),
  });
}

/** Of each run of a workflow, through all its continuations. */
async function historySizes(
  { workflow }: Client,
  workflowId: string,
): Promise<{ events: number; largestPayload: number }[]> {
  const sizes: { events: number; largestPayload: number }[] = [];
  const first = await workflow.getHandle(workflowId).describe();
  let runId: string | undefined = first.raw.workflowExecutionInfo?.firstRunId ?? first.runId;
  while (runId !== undefined && runId !== '') {
    const history: unknown = await workflow.getHandle(workflowId, runId).fetchHistory();
    const { events } = history as { events: HistoryEvent[] };
    sizes.push({
      events: events.length,
      largestPayload: Math.max(...events.map(largestPayload)),
    });
    const last = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    runId = last?.newExecutionRunId;
  }
  return sizes;
}

interface HistoryEvent {
  readonly workflowExecutionContinuedAsNewEventAttributes?: { readonly newExecutionRunId: string } | null;
}

function largestPayload(event: HistoryEvent): number {
  let largest = 0;
  const visit = (value: unknown): void => {
    if (value instanceof Uint8Array) largest = Math.max(largest, value.length);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(event);
  return largest;
}
