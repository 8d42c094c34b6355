import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { expect, it } from 'vitest';
import { SEMANTICS_VERSION } from '@unitscope/plan';
import { findTemporalCli } from '../../../infra/temporal-server.mjs';
import { BIN } from '../../e2e/support/command-line.js';
import { resultsOf } from '../../e2e/support/results.js';
import { activationSweep, localResults, storeOf } from '../activation-sweep.js';
import { nextRelease, otherBuild } from '../other-build.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { unitscopeWorker, workerOf, type TestWorker } from '../workers.js';

const temporal = useTemporalServer();
const run = promisify(execFile);
const deployment = ['--deployment', 'unitscope'];

function buildOf(worker: TestWorker): string {
  return /"buildId":"([^"]+)"/.exec(worker.log())?.[1] ?? '';
}

/** The commands of docs/distributed.md: a build id, or no versions any more. */
async function setCurrent(...version: ['--build-id', string] | ['--unversioned']): Promise<void> {
  const args = ['worker', 'deployment', 'set-current-version', '--deployment-name', 'unitscope', ...version];
  await run(findTemporalCli()?.path ?? '', [...args, '--yes', '--address', temporal().address]);
}

it('lets a sweep end on the workers of the release that it began with, and gives new ones to the next', async () => {
  const before = await activationSweep();
  const after = await activationSweep();
  const next = await otherBuild(nextRelease);
  const client = await sweepClient();

  const old = await workerOf(BIN, {}, ...deployment);
  expect(old.log()).toContain('worker is of the current version');
  const { run: sweep } = await client.launch(before.manifest, storeOf(before), {
    spec: before.text,
    window: 1,
  });
  await sweep.pause(); // answered by the worker, so it has begun there

  const young = await workerOf(next, {}, ...deployment);
  expect(young.log()).toContain('worker waits for its version to be current');
  expect(buildOf(young)).not.toBe(buildOf(old));
  await setCurrent('--build-id', buildOf(young));
  await sweep.resume();
  expect(await sweep.result()).toMatchObject({ cells: { done: before.tasks, failed: 0 } });
  expect(await resultsOf(before.folder, 'tiny', 'store')).toEqual(await localResults(before));

  await run(process.execPath, [next, 'sweep', after.spec, '--engine', 'temporal', '--store', 'store'], {
    cwd: after.folder,
  });
  const tables = await resultsOf(after.folder, 'tiny', 'store');
  const [units] = Object.entries(tables).filter(([name]) => name.startsWith('units'));
  const { metadata } = tableFromIPC(units?.[1] ?? new Uint8Array()).schema;
  expect(metadata.get('unitscope.semantics_version')).toBe(String(SEMANTICS_VERSION + 1));

  for (const worker of [old, young]) expect(worker.log()).not.toContain('WORKER_DIFFERS');
}, 240_000);

it('tells a worker without a version that sweeps go to a deployment, and how to be without versions again', async () => {
  const versioned = await unitscopeWorker('--deployment', 'unitscope', '--build-id', 'other');
  await setCurrent('--build-id', 'other');
  const plain = await unitscopeWorker();
  expect(plain.log()).toMatch(
    /takes no new sweeps.*"buildId":"other".*--deployment-name unitscope --unversioned/,
  );
  await setCurrent('--unversioned');
  await versioned.drain();
  await plain.drain();
  const sweep = await activationSweep({ checkpoints: 1 });
  const worker = await unitscopeWorker();
  expect(worker.log()).not.toContain('takes no new sweeps');
  const { run: running } = await (
    await sweepClient()
  ).launch(sweep.manifest, storeOf(sweep), {
    spec: sweep.text,
  });
  expect(await running.result()).toMatchObject({ cells: { done: sweep.tasks } });
}, 240_000);

it('does the sweeps of two releases side by side without versions too: each refuses the other’s', async () => {
  const [mine, theirs] = await Promise.all([activationSweep(), activationSweep()]);
  const next = await otherBuild(nextRelease);
  await Promise.all([workerOf(BIN, {}), workerOf(next, {})]);
  const launch = async (bin: string, { folder, spec }: { folder: string; spec: string }): Promise<void> => {
    await run(process.execPath, [bin, 'sweep', spec, '--engine', 'temporal', '--store', 'store'], {
      cwd: folder,
    });
  };
  await Promise.all([launch(BIN, mine), launch(next, theirs)]);
  expect(await resultsOf(mine.folder, 'tiny', 'store')).toEqual(await localResults(mine));
  await run(process.execPath, [next, 'sweep', theirs.spec, '--store', 'local', '--threads', '1'], {
    cwd: theirs.folder,
  });
  expect(await resultsOf(theirs.folder, 'tiny', 'store')).toEqual(
    await resultsOf(theirs.folder, 'tiny', 'local'),
  );
}, 240_000);
