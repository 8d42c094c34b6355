import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '@unitscope/store';
import { recordedFailures, verifyStore } from '@unitscope/tasks';
import type { LiveProgress, RunningSweep, SweepClient } from '@unitscope/workflows';
import { done, unitscope } from '../../e2e/support/command-line.js';
import { resultsOf } from '../../e2e/support/results.js';
import {
  activationSweep,
  computedTasks,
  linesOf,
  localResults,
  storeOf,
  type ActivationSweep,
} from '../activation-sweep.js';
import { activitiesUnderWay, sweepClient, useTemporalServer } from '../temporal.js';
import { notingWorker, unitscopeWorker } from '../workers.js';

useTemporalServer();

const pace = { heartbeatSeconds: 3, batchTasks: 2, batchSeconds: 1 };

async function launch(client: SweepClient, sweep: ActivationSweep): Promise<RunningSweep> {
  const { run } = await client.launch(sweep.manifest, storeOf(sweep), { spec: sweep.text, pace });
  return run;
}

async function until(run: RunningSweep, is: (progress: LiveProgress) => boolean): Promise<LiveProgress> {
  for (;;) {
    const progress = await run.progress().catch(() => null);
    if (progress !== null && is(progress)) return progress;
    await sleep(50);
  }
}

function over({ cells, open }: LiveProgress): number {
  return open.reduce((sum, checkpoint) => sum + checkpoint.cells.done, cells.done);
}

it('makes one execution of twenty launches at once', async () => {
  const sweep = await activationSweep();
  const clients = await Promise.all(Array.from({ length: 20 }, () => sweepClient()));
  const runs = await Promise.all(clients.map((client) => launch(client, sweep)));
  await unitscopeWorker();
  const results = await Promise.all(runs.map((run) => run.result()));
  expect(new Set(results.map(({ cells }) => cells.done))).toEqual(new Set([sweep.tasks]));
  const [client] = clients;
  const listed = (await client?.list())?.filter(({ workflowId }) => workflowId === runs[0]?.workflowId);
  expect(listed).toMatchObject([{ sweep: 'tiny', state: 'completed' }]);
});

it('refuses a launch of a running name with other content, and attaches to the same', async () => {
  const sweep = await activationSweep();
  const client = await sweepClient();
  await launch(client, sweep);
  const other = join(sweep.folder, 'other.yaml');
  await writeFile(other, sweep.text.replace('20', '30'));
  const args = ['--engine', 'temporal', '--store', 'store'];
  const refusal = await unitscope(['sweep', other, ...args], { cwd: sweep.folder });
  expect(refusal).toMatchObject({ code: 2, stdout: '' });
  expect(refusal.stderr).toContain('a sweep "tiny" is running with other content');
  const again = await unitscope(['sweep', sweep.spec, ...args, '--detach'], { cwd: sweep.folder });
  expect(again).toMatchObject({ code: 0 });
  expect(again.stderr).toContain('runs already, attached to it');
});

it('pauses, takes back what runs, and resumes to the same bytes', async () => {
  const sweep = await activationSweep({ categories: ['0', '1', '2', '3'] });
  const log = join(sweep.folder, 'tasks.log');
  await notingWorker({ TASK_LOG: log, TASK_DELAY_MS: '300' });
  const run = await launch(await sweepClient(), sweep);
  await until(run, (progress) => over(progress) > 0);
  await done(['pause', 'tiny', '--store', 'store'], { cwd: sweep.folder });
  const paused = await until(
    run,
    ({ state, open }) => state === 'paused' && open.every((c) => c.state === 'paused'),
  );
  // A cancellation comes with the answer to a heartbeat: until then a batch goes on.
  while ((await activitiesUnderWay(run.workflowId)).length > 0) await sleep(100);
  const begun = await linesOf(log, 'begin');
  expect(over(paused)).toBeLessThan(sweep.tasks);
  await run.setWindow(2);
  expect(await linesOf(log, 'begin')).toBe(begun);
  await done(['resume', 'tiny', '--store', 'store'], { cwd: sweep.folder });
  expect(await run.result()).toMatchObject({ cells: { done: sweep.tasks, failed: 0 } });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(await localResults(sweep));
  expect(Math.max(...(await computedTasks(log)).values())).toBe(1);
});

it('cancels without a half object, and a second launch goes on from there', async () => {
  const sweep = await activationSweep({ categories: ['0', '1', '2', '3'] });
  const log = join(sweep.folder, 'tasks.log');
  await notingWorker({ TASK_LOG: log, TASK_DELAY_MS: '300' });
  const client = await sweepClient();
  const run = await launch(client, sweep);
  await until(run, (progress) => over(progress) > 0);
  await done(['cancel', 'tiny', '--store', 'store'], { cwd: sweep.folder });
  await expect(run.result()).rejects.toMatchObject({ code: 'SWEEP_CANCELLED' });
  const store = await openStore(storeOf(sweep));
  expect(await verifyStore(store)).toMatchObject({ damaged: [] });
  const ended = await unitscope(['pause', 'tiny', '--store', 'store'], { cwd: sweep.folder });
  expect(ended).toMatchObject({ code: 2 });
  const again = await launch(client, sweep);
  expect(await again.result()).toMatchObject({ cells: { done: sweep.tasks, failed: 0 } });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(await localResults(sweep));
  expect(Math.max(...(await computedTasks(log)).values())).toBe(1);
});

it('sets tasks aside that fail, and a retry after the cause is mended does only those', async () => {
  const sweep = await activationSweep();
  const [log, cause] = [join(sweep.folder, 'tasks.log'), join(sweep.folder, 'cause')];
  await writeFile(cause, '');
  await notingWorker({ TASK_LOG: log, TASK_FAILS_WHILE: cause });
  const first = await unitscope(['sweep', sweep.spec, '--engine', 'temporal', '--store', 'store'], {
    cwd: sweep.folder,
  });
  expect(first).toMatchObject({ code: 1 });
  expect(first.stdout).toContain('4 tasks failed');
  expect(existsSync(join(sweep.folder, 'store/sweeps/tiny/failures.arrow'))).toBe(true);
  await rm(cause);
  await rm(log);
  await done(['retry', 'tiny', '--store', 'store'], { cwd: sweep.folder });
  const begun = (await readFile(log, 'utf8')).split('\n').filter((line) => line.startsWith('begin cells'));
  expect(begun).toHaveLength(4);
  expect(existsSync(join(sweep.folder, 'store/sweeps/tiny/failures.arrow'))).toBe(false);
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(await localResults(sweep));
});

it('sets a task aside that kills its worker three times, and does its neighbours', async () => {
  const sweep = await activationSweep({
    checkpoints: 1,
    layers: ['conv1'],
    categories: ['0', 'poison', '2'],
  });
  const env = { TASK_LOG: join(sweep.folder, 'tasks.log'), TASK_POISON: 'poison' };
  let over = false;
  onTestFinished(() => void (over = true));
  const revive = async (): Promise<void> => {
    const worker = await notingWorker(env);
    worker.process.once('exit', () => void (over || revive()));
  };
  await revive();
  const run = await launch(await sweepClient(), sweep);
  const result = await run.result();
  over = true;
  expect(result).toMatchObject({ cells: { done: 2, failed: 1 }, failedTasks: 1 });
  expect(await recordedFailures('tiny', await openStore(storeOf(sweep)))).toMatchObject([
    { category: 'poison', code: 'TASK_KILLS_WORKER', attempts: 3 },
  ]);
});
