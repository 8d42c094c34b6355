import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { openStore } from '@unitscope/store';
import { tinyCheckpoints } from '../../e2e/support/checkpoints.js';
import { done, temporaryFolder } from '../../e2e/support/command-line.js';
import { resultsOf } from '../../e2e/support/results.js';
import { activationSweep, computedTasks, linesOf, localResults, untilMore } from '../activation-sweep.js';
import { freshAddress, useS3Server } from '../s3-server.js';
import { resultsIn } from '../sweep-results.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { notingWorker, unitscopeWorker } from '../workers.js';

const s3 = useS3Server();
useTemporalServer();

it('sweeps checkpoints on workers that have nothing but Temporal and S3, to the bytes of the in-process engine', async () => {
  const folder = await temporaryFolder();
  await tinyCheckpoints(folder);
  await writeFile(
    join(folder, 'sweep.yaml'),
    `name: tiny
source:
  models:
    checkpoints: [{ path: "step-*/model.json", pattern: "step-(?<step>\\\\d+)" }]
    images: { from: mnist, perCategory: 5, categories: ["0", "1"] }
    backend: wasm
    batchSize: 4
births: true
statistics: { bootstrap: 50 }
`,
  );
  await done(['sweep', 'sweep.yaml', '--store', 'local', '--threads', '1'], { cwd: folder });
  const address = freshAddress(s3());
  await Promise.all([unitscopeWorker(), unitscopeWorker()]);
  await done(['sweep', 'sweep.yaml', '--engine', 'temporal', '--store', address], { cwd: folder });
  expect(await resultsIn(address, 'tiny')).toEqual(await resultsOf(folder, 'tiny', 'local'));
});

it('goes on where the S3 server is killed and comes back, and writes its credentials nowhere', async () => {
  const sweep = await activationSweep({ categories: ['0', '1', '2', '3'] });
  const log = join(sweep.folder, 'tasks.log');
  const address = freshAddress(s3());
  const worker = await notingWorker({ TASK_LOG: log, TASK_DELAY_MS: '400' });
  const client = await sweepClient();
  const { run } = await client.launch(sweep.manifest, address, {
    spec: sweep.text,
    pace: { heartbeatSeconds: 3, batchTasks: 2, batchSeconds: 1 },
  });
  await untilMore(log, 'begin cells');
  const before = await linesOf(log, 'work');
  await s3().kill();
  await untilMore(log, 'work', before); // the task that had begun meets the server that is away
  await s3().restart();
  expect(await run.result()).toMatchObject({ cells: { done: sweep.tasks, failed: 0 }, failedTasks: 0 });
  expect(await resultsIn(address, 'tiny')).toEqual(await localResults(sweep));
  expect(Math.max(...(await computedTasks(log)).values())).toBe(1);

  const secret = s3().env['AWS_SECRET_ACCESS_KEY'] ?? '';
  const id = s3().env['AWS_ACCESS_KEY_ID'] ?? '';
  const written = [worker.log(), ...(await everyHistory(run.workflowId)), ...(await everyObject(address))];
  expect(secret).not.toBe('');
  for (const text of written) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(id);
  }
});

/** Histories of a sweep and its checkpoints, payloads decoded. */
async function everyHistory(workflowId: string): Promise<string[]> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const { workflow } = new Client({ connection });
  const texts: string[] = [];
  for await (const info of workflow.list()) {
    if (!info.workflowId.startsWith(workflowId)) continue;
    const history = await workflow.getHandle(info.workflowId, info.runId).fetchHistory();
    texts.push(
      JSON.stringify(history, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ),
    );
  }
  await connection.close();
  return texts;
}

async function everyObject(address: string): Promise<string[]> {
  const store = await openStore(address);
  const texts: string[] = [];
  for await (const { key } of store.list('')) {
    texts.push(`${key}\n${Buffer.from(await store.get(key)).toString('latin1')}`);
  }
  return texts;
}
