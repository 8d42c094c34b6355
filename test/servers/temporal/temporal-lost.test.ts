import { existsSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cellKeys, checkpointTasks } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { completenessOf, recordedFailures, SweepObjects } from '@unitscope/tasks';
import type { LiveProgress, RunningSweep } from '@unitscope/workflows';
import { done, unitscope } from '../../e2e/support/command-line.js';
import { resultsOf } from '../../e2e/support/results.js';
import { activationSweep, localResults, storeOf, type ActivationSweep } from '../activation-sweep.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { notingWorker } from '../workers.js';

useTemporalServer();

const pace = { heartbeatSeconds: 3, batchTasks: 2, batchSeconds: 1 };

async function launch(sweep: ActivationSweep): Promise<RunningSweep> {
  const client = await sweepClient();
  const { run } = await client.launch(sweep.manifest, storeOf(sweep), { spec: sweep.text, pace, window: 1 });
  return run;
}

/** File of the unit object of a task. */
function unitObject({ manifest, folder }: ActivationSweep, checkpoint: number, task: number): string {
  const [cell] = checkpointTasks(manifest, checkpoint)[task]?.cells ?? [];
  if (cell === undefined) throw new RangeError('no such task');
  return join(folder, 'store', cellKeys(manifest, cell).units);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function over({ cells, open }: LiveProgress): number {
  return open.reduce((sum, checkpoint) => sum + checkpoint.cells.done, cells.done);
}

it('makes objects again that go away while it runs, before and after their tables are made', async () => {
  const sweep = await activationSweep({ checkpoints: 3 });
  const names = new SweepObjects('tiny');
  const folder = fileURLToPath(storeOf(sweep));
  await notingWorker({ TASK_DELAY_MS: '150' });
  const run = await launch(sweep);
  await until(() => existsSync(unitObject(sweep, 0, 0)));
  rmSync(unitObject(sweep, 0, 0)); // its checkpoint's tables are to be made yet
  await until(() => existsSync(join(folder, names.layers('step-0'))));
  rmSync(join(folder, names.units('step-0'))); // and these were made
  rmSync(unitObject(sweep, 0, 3));
  const result = await run.result();
  expect(result).toMatchObject({
    cells: { total: sweep.tasks, done: sweep.tasks, failed: 0 },
    checkpoints: 3,
    failedTasks: 0,
    held: sweep.tasks,
  });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(await localResults(sweep));
});

it('ends incomplete, and says which cells, where objects go away each time', async () => {
  const sweep = await activationSweep();
  const rule = join(sweep.folder, 'rule');
  await writeFile(rule, '');
  await notingWorker({ TASK_LOST_WHILE: rule });
  const args = ['sweep', sweep.spec, '--engine', 'temporal', '--store', 'store'];
  const ended = await unitscope(args, { cwd: sweep.folder });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('sweep tiny is incomplete: the result tables hold 8 of 12 cells');
  expect(ended.stdout).toContain('step-0 / conv1 / 1: OBJECT_LOST: ');
  const store = await openStore(storeOf(sweep));
  const failures = await recordedFailures('tiny', store);
  expect(failures).toHaveLength(4);
  expect((await completenessOf(sweep.manifest, store, failures)).cells).toEqual({
    ...{ total: 12, held: 8, failed: 0, lost: 4, missing: 0 },
  });
  rmSync(rule);
  await done(['retry', 'tiny', '--store', 'store'], { cwd: sweep.folder });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(await localResults(sweep));
});

it('does what is missing where a cancelled sweep is retried', async () => {
  const sweep = await activationSweep({ categories: ['0', '1', '2', '3'] });
  await notingWorker({ TASK_DELAY_MS: '200' });
  const run = await launch(sweep);
  await until(async () => over(await run.progress()) > 0);
  await done(['cancel', 'tiny', '--store', 'store'], { cwd: sweep.folder });
  await expect(run.result()).rejects.toMatchObject({ code: 'SWEEP_CANCELLED' });
  const retried = await unitscope(['retry', 'tiny', '--store', 'store', '--json'], { cwd: sweep.folder });
  expect(retried.code).toBe(0);
  expect(JSON.parse(retried.stdout)).toMatchObject({ held: sweep.tasks, failures: [] });
  expect(await resultsOf(sweep.folder, 'tiny', 'store')).toEqual(await localResults(sweep));
});
