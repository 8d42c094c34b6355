import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testServer } from './test-server.js';

// Both workflows as they are, over activities that answer as the test wants, on a server whose clock skips: what they send, in
// what batches, and what they make of the answers. What the real activities do is tested with them, on a real server.

const workflowBundle = {
  codePath: fileURLToPath(new URL('../../../../workflows/dist/workflow-bundle.js', import.meta.url)),
};
const QUEUES = ['unitscope', 'unitscope-extract', 'unitscope-measure'];
const pace = {
  ...{ lanes: 2, batchSeconds: 10, batchTasks: 400, attempts: 3, historyEvents: 2000, heartbeatSeconds: 15 },
};
const ref = { sweep: 's', store: 'file:///nowhere', manifest: 'f'.repeat(64), checkpoints: 1 };
const plan = { kind: 'measure', tasks: 30, cells: 30, layerStarts: [0, 10] };

interface Batch {
  readonly checkpoint: number;
  readonly from: number;
  readonly to: number;
  readonly tasks?: readonly number[];
}
type Activities = Record<string, (...args: never[]) => unknown>;

let environment: TestWorkflowEnvironment | undefined;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const path = await testServer();
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}, 300_000);
afterAll(() => environment?.teardown());

function server(): TestWorkflowEnvironment {
  if (environment === undefined) throw new Error('the test server is not up');
  return environment;
}

let executions = 0;
/** Runs a workflow to its end with these activities; others are not there. */
async function run<R>(workflow: string, input: object, activities: Activities): Promise<R> {
  const workers = await Promise.all(
    QUEUES.map((taskQueue) =>
      Worker.create({ connection: server().nativeConnection, taskQueue, workflowBundle, activities }),
    ),
  );
  const ended = Promise.all(workers.map((worker) => worker.run()));
  try {
    return (await server().client.workflow.execute(workflow, {
      workflowId: `${workflow}-${executions++}`,
      taskQueue: 'unitscope',
      args: [input],
    })) as R;
  } finally {
    for (const worker of workers) worker.shutdown();
    await ended;
  }
}

/** A batch that is done, `seconds` a task. */
const done =
  (seconds: number, taken: Batch[] = []) =>
  (_: unknown, batch: Batch) => {
    taken.push(batch);
    const tasks = batch.to - batch.from;
    const cells = { done: tasks, cached: 0, failed: 0 };
    return { cells, failed: [], maps: 10 * tasks, seconds: seconds * tasks };
  };
const tables = (): object => ({ failed: false });

test('a checkpoint is done in batches that follow the time of tasks, each task once', async () => {
  const taken: Batch[] = [];
  const result = await run(
    'checkpointWorkflow',
    { ref, checkpoint: 0, scope: 'all', pace, plan },
    {
      measureTasks: done(1, taken),
      aggregateTables: tables,
    },
  );
  expect(result).toEqual({ cells: { done: 30, cached: 0, failed: 0 }, maps: 300, failedTasks: 0 });
  const tasks = taken.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
  expect(tasks.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  const sizes = taken.toSorted((a, b) => a.from - b.from).map(({ from, to }) => to - from);
  expect(sizes.slice(0, 2)).toEqual([4, 4]); // nothing is known yet
  expect(Math.max(...sizes)).toBeGreaterThan(4);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10); // ten seconds of a second each
});

test('a store that fails for an hour is waited for: the batch comes again, and nothing is counted twice', async () => {
  let failures = 0;
  const work = done(1);
  const began = await server().currentTimeMs();
  const result = await run(
    'checkpointWorkflow',
    { ref, checkpoint: 0, scope: 'all', pace, plan },
    {
      measureTasks: (about: never, batch: Batch) => {
        if (failures++ < 3) {
          throw ApplicationFailure.create({
            ...{ type: 'STORE_UNREACHABLE', message: 'the store is away', nextRetryDelay: '20 minutes' },
          });
        }
        return work(about, batch);
      },
      aggregateTables: tables,
    },
  );
  expect(result).toMatchObject({ cells: { done: 30, failed: 0 }, failedTasks: 0 });
  expect((await server().currentTimeMs()) - began).toBeGreaterThan(20 * 60_000);
});

test('tasks that are set aside are counted, and tables that lack objects have them made three times, then lost', async () => {
  const taken: Batch[] = [];
  const lasts: boolean[] = [];
  const work = done(1, taken);
  const result = await run(
    'checkpointWorkflow',
    { ref, checkpoint: 0, scope: 'all', pace, plan },
    {
      measureTasks: (about: never, batch: Batch) => {
        const answer = work(about, batch);
        const isBad = batch.tasks === undefined && batch.from <= 7 && batch.to > 7;
        if (!isBad) return answer;
        return { ...answer, failed: [7], cells: { done: batch.to - batch.from - 1, cached: 0, failed: 1 } };
      },
      missingTasksOf: () => [12],
      aggregateTables: (_: never, __: never, ___: never, last: boolean) => {
        lasts.push(last);
        return last ? { failed: false, lost: 1 } : { failed: false, missing: 1 };
      },
    },
  );
  expect(lasts).toEqual([false, false, false, true]);
  expect(taken.filter(({ tasks }) => tasks !== undefined).map(({ tasks }) => tasks)).toEqual([
    [12],
    [12],
    [12],
  ]);
  expect(result).toEqual({ cells: { done: 28, cached: 0, failed: 2 }, maps: 330, failedTasks: 2 });
});

test('a history that grows long is continued as a new one, with what was done', async () => {
  const taken: Batch[] = [];
  const result = await run(
    'checkpointWorkflow',
    { ref, checkpoint: 0, scope: 'all', pace: { ...pace, historyEvents: 20, batchTasks: 1 }, plan },
    { measureTasks: done(1, taken), aggregateTables: tables },
  );
  expect(result).toMatchObject({ cells: { done: 30 }, failedTasks: 0 });
  expect(taken).toHaveLength(30);
  const handle = server().client.workflow.getHandle(`checkpointWorkflow-${executions - 1}`);
  const { events } = await handle.fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toMatch(/./);
});

test('a sweep begins every checkpoint once, in its window, and ends with what its tables hold', async () => {
  const begun: number[] = [];
  const result = await run(
    'sweepWorkflow',
    { ref: { ...ref, checkpoints: 5 }, scope: 'all', window: 2, pace },
    {
      openSweep: () => ({ cells: 150, names: ['a', 'b', 'c', 'd', 'e'], tasks: 30, plan }),
      countSlots: () => 0,
      measureTasks: (about: never, batch: Batch) => {
        begun.push(batch.checkpoint);
        return done(1)(about, batch);
      },
      aggregateTables: tables,
      closeSweep: () => ({ failedTasks: 0, held: 150 }),
    },
  );
  expect(result).toEqual({
    ...{ cells: { total: 150, done: 150, cached: 0, failed: 0 }, maps: 1500, checkpoints: 5 },
    ...{ failedTasks: 0, held: 150 },
  });
  expect(new Set(begun)).toEqual(new Set([0, 1, 2, 3, 4]));
});

test('a sweep makes the tables again that are gone when it is to end', async () => {
  let closes = 0;
  const made: number[] = [];
  const result = await run(
    'sweepWorkflow',
    { ref: { ...ref, checkpoints: 2 }, scope: 'all', window: 2, pace },
    {
      openSweep: () => ({ cells: 60, tasks: 30, plan }),
      countSlots: () => 0,
      measureTasks: done(1),
      missingTasksOf: () => [],
      aggregateTables: (_: never, checkpoint: number) => {
        made.push(checkpoint);
        return { failed: false };
      },
      closeSweep: () => (closes++ === 0 ? { failedTasks: 0, incomplete: [1] } : { failedTasks: 0, held: 60 }),
    },
  );
  expect(made.toSorted((a, b) => a - b)).toEqual([0, 1, 1]);
  expect(result).toMatchObject({ checkpoints: 2, held: 60 });
});

test('a sweep that no worker may go on with fails with the reason, after its failures are written', async () => {
  let closed = 0;
  const sweep = run(
    'sweepWorkflow',
    { ref, scope: 'all', window: 1, pace },
    {
      openSweep: () => ({ cells: 30, tasks: 30, plan }),
      countSlots: () => 0,
      measureTasks: () => {
        throw ApplicationFailure.nonRetryable('the store refuses the worker', 'STORE_ACCESS');
      },
      aggregateTables: tables,
      closeSweep: () => {
        closed++;
        return { failedTasks: 0 };
      },
    },
  );
  await expect(sweep).rejects.toThrow();
  expect(closed).toBe(1);
});
