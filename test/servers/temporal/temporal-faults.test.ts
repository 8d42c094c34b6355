import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { LiveProgress, RunningSweep, SweepClient } from '@unitscope/workflows';
import { BIN } from '../../e2e/support/command-line.js';
import { resultsOf } from '../../e2e/support/results.js';
import {
  activationSweep,
  computedTasks,
  linesOf,
  localResults,
  storeOf,
  untilMore,
  type ActivationSweep,
} from '../activation-sweep.js';
import { activitiesUnderWay, sweepClient, useTemporalServer } from '../temporal.js';
import { notingWorker } from '../workers.js';

const server = useTemporalServer();

/** Small batches and a short heartbeat: a death is seen soon. */
const pace = { heartbeatSeconds: 3, batchTasks: 2, batchSeconds: 1 };

async function launch(client: SweepClient, sweep: ActivationSweep): Promise<RunningSweep> {
  const { run } = await client.launch(sweep.manifest, storeOf(sweep), { spec: sweep.text, pace });
  return run;
}

/** Waits until some tasks are over and some are not. */
async function inTheMiddle(run: RunningSweep): Promise<void> {
  for (;;) {
    const progress = await run.progress().catch(() => null);
    if (progress !== null && over(progress) > 0) return;
    await sleep(50);
  }
}

function over({ cells, open }: LiveProgress): number {
  return open.reduce((sum, checkpoint) => sum + checkpoint.cells.done, cells.done);
}

async function expectComplete(run: RunningSweep, sweep: ActivationSweep, log: string): Promise<void> {
  const result = await run.result();
  expect(result).toMatchObject({ cells: { done: sweep.tasks, failed: 0 }, failedTasks: 0 });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(await localResults(sweep));
  const computed = await computedTasks(log);
  expect(Math.max(...computed.values())).toBe(1);
}

async function prepared(): Promise<{ sweep: ActivationSweep; log: string; env: NodeJS.ProcessEnv }> {
  const sweep = await activationSweep({ categories: ['0', '1', '2', '3'] });
  const log = join(sweep.folder, 'tasks.log');
  return { sweep, log, env: { TASK_LOG: log, TASK_DELAY_MS: '400' } };
}

it('goes on where one of two workers is killed', async () => {
  const { sweep, log, env } = await prepared();
  const [victim] = await Promise.all([notingWorker(env), notingWorker(env)]);
  const run = await launch(await sweepClient(), sweep);
  await inTheMiddle(run);
  await victim.kill();
  await expectComplete(run, sweep, log);
});

it('goes on where all workers are killed and a new one comes', async () => {
  const { sweep, log, env } = await prepared();
  const workers = await Promise.all([notingWorker(env), notingWorker(env)]);
  const run = await launch(await sweepClient(), sweep);
  await inTheMiddle(run);
  await Promise.all(workers.map((worker) => worker.kill()));
  await notingWorker(env);
  await expectComplete(run, sweep, log);
});

it('goes on where the Temporal server is killed and comes back on its database', async () => {
  const { sweep, log, env } = await prepared();
  await notingWorker(env);
  const run = await launch(await sweepClient(), sweep);
  await inTheMiddle(run);
  await server().kill();
  await untilMore(log, 'work', await linesOf(log, 'work')); // a task goes on without the server
  await server().restart();
  await expectComplete(run, sweep, log);
});

it('goes on where the command line that launched it is killed', async () => {
  const { sweep, log, env } = await prepared();
  await notingWorker(env);
  const cli = spawn(
    process.execPath,
    [BIN, 'sweep', sweep.spec, '--engine', 'temporal', '--store', 'store'],
    {
      cwd: sweep.folder,
      stdio: 'ignore',
    },
  );
  const client = await sweepClient();
  const run = await until(() => client.find('tiny', storeOf(sweep)));
  await inTheMiddle(run);
  cli.kill('SIGKILL');
  await expectComplete(run, sweep, log);
});

it('lets a worker that is told to end finish its task, and others do the rest', async () => {
  const { sweep, log, env } = await prepared();
  const first = await notingWorker(env);
  const run = await launch(await sweepClient(), sweep);
  await inTheMiddle(run);
  expect(await first.drain()).toBe(0);
  await notingWorker(env);
  await expectComplete(run, sweep, log);
});

it('does not take a task for a killer where others kill its workers', async () => {
  const sweep = await activationSweep({ checkpoints: 1, layers: ['conv1'], categories: ['0'] });
  const log = join(sweep.folder, 'tasks.log');
  const run = await launch(await sweepClient(), sweep);
  for (let kills = 0; kills < 4; kills++) {
    const worker = await notingWorker({ TASK_LOG: log, TASK_DELAY_MS: '600000' });
    await untilMore(log, 'begin cells', kills);
    const begun = Date.now();
    // Until a heartbeat has told what it is at.
    while (!(await activitiesUnderWay(run.workflowId)).some(({ heartbeat }) => heartbeat > begun))
      await sleep(100);
    await worker.kill();
  }
  await notingWorker({ TASK_LOG: log });
  await expectComplete(run, sweep, log);
}, 180_000);

async function until<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await sleep(100);
    }
  }
}
