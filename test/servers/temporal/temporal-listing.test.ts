import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '@unitscope/store';
import { sweepWorkflowId } from '@unitscope/workflows';
import { startTemporalServer } from '../../../infra/temporal-server.mjs';
import { ALL_SWEEPS, narrowQuery } from '../../../workflows/src/client/search-attributes.js';
import { unitscope } from '../../e2e/support/command-line.js';
import { activationSweep, storeOf } from '../activation-sweep.js';
import { sweepClient, useTemporalServer } from '../temporal.js';

const temporal = useTemporalServer();

async function plainClient(address: string): Promise<Client> {
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

/** Visibility is written a little after the workflow began. */
async function listed(client: Client, query: string): Promise<number> {
  return (await client.workflow.count(query)).count;
}

it('lets the server look for the sweeps of a store or a name', async () => {
  const sweep = await activationSweep({ checkpoints: 1 });
  const client = await sweepClient();
  const names = ['one', "it's", 'back\\slash'];
  const stores = names.map((name) => storeOf(sweep, name));
  for (const store of stores) await client.launch(sweep.manifest, store, { spec: sweep.text });
  const plain = await plainClient(temporal().address);
  await expect.poll(() => listed(plain, ALL_SWEEPS), { timeout: 20_000 }).toBe(3);

  for (const store of stores) {
    const { uri } = await openStore(store);
    expect(await listed(plain, narrowQuery({ store: uri }) ?? '')).toBe(1);
    expect((await client.list({ store: uri })).map((listing) => listing.store)).toEqual([uri]);
  }
  expect(await listed(plain, narrowQuery({ sweep: 'tiny' }) ?? '')).toBe(3);
  expect(await listed(plain, narrowQuery({ sweep: 'other' }) ?? '')).toBe(0);
  expect(await client.list({ most: 2 })).toHaveLength(2);
  expect(await client.count()).toEqual({ all: 3, running: 3 });

  const shown = await unitscope(['sweeps', '--engine', 'temporal', '--limit', '1', '--json']);
  expect(JSON.parse(shown.stdout)).toHaveLength(1);
  expect(shown.stderr).toContain('there are more');

  // One of a release that knew of no attributes, or of a time when the namespace had none.
  const memo = { sweep: 'early', store: (await openStore(storeOf(sweep, 'early'))).uri, content: '' };
  const workflowId = sweepWorkflowId(memo);
  await plain.workflow.start('sweepWorkflow', { workflowId, taskQueue: 'none', args: [], memo });
  await expect
    .poll(async () => (await client.list({ store: memo.store })).map(({ sweep }) => sweep), {
      timeout: 20_000,
    })
    .toEqual(['early']);
});

it('goes by the memo where the namespace has no such attributes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-plain-'));
  const server = await startTemporalServer({
    database: join(folder, 'temporal.db'),
    searchAttributes: false,
  });
  const before = process.env['TEMPORAL_ADDRESS'];
  process.env['TEMPORAL_ADDRESS'] = server.address;
  onTestFinished(async () => {
    process.env['TEMPORAL_ADDRESS'] = before;
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const sweep = await activationSweep({ checkpoints: 1 });
  const client = await sweepClient();
  const stores = ['one', 'two'].map((name) => storeOf(sweep, name));
  for (const store of stores) await client.launch(sweep.manifest, store, { spec: sweep.text });
  const { uri } = await openStore(stores[0] ?? '');
  // Asked by a client that has not heard yet that there are none.
  const fresh = await sweepClient();
  await expect
    .poll(async () => (await fresh.list({ store: uri })).map(({ store }) => store), { timeout: 20_000 })
    .toEqual([uri]);
});
