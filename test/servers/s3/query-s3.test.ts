import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runQuery, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { sampleSweeps, type SampleSweep } from '../../../packages/query/test/sample-sweep.js';
import { freshAddress, useS3Server } from '../s3-server.js';

const server = useS3Server();
let sample: SampleSweep;
let cache: string;

beforeAll(async () => {
  sample = await sampleSweeps({ far: 'statistics: { bootstrap: 10 }\n' });
  cache = await mkdtemp(join(tmpdir(), 'unitscope-cache-'));
  process.env['XDG_CACHE_HOME'] = cache;
});

afterAll(async () => {
  await sample.remove();
  await rm(cache, { recursive: true });
});

test('results on S3 answer as those on this machine, and are fetched once', async () => {
  const far = await openStore(freshAddress(server()));
  for await (const { key } of sample.store.list('sweeps/')) await far.put(key, await sample.store.get(key));
  const sql = 'SELECT * FROM units ORDER BY checkpoint, layer, category, unit';
  const ask = async (store: typeof far) =>
    (await runQuery([await SweepResults.open(store, 'far')], sql)).rows();
  const found = await ask(far);
  expect(found).toEqual(await ask(sample.store));
  const fetched = await readdir(join(cache, 'unitscope', 'results'));
  expect(fetched).toHaveLength(3);
  expect(await ask(far)).toEqual(found);
  expect(await readdir(join(cache, 'unitscope', 'results'))).toEqual(fetched);
});
