import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { done } from '../e2e/support/command-line.js';
import { resultsOf } from '../e2e/support/results.js';
import { freshAddress, useS3Server } from './s3-server.js';
import { resultsIn } from './sweep-results.js';
import { useTemporalServer } from './temporal.js';
import { unitscopeWorker } from './workers.js';

const s3 = useS3Server();
useTemporalServer();

const demo = fileURLToPath(new URL('../../examples/demo', import.meta.url));
let folder = '';
let expected: Record<string, Buffer> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-demo-'));
  const checkpoints = join(demo, 'checkpoints');
  const trained = join(folder, 'checkpoints');
  if (existsSync(join(checkpoints, 'log.csv'))) await cp(checkpoints, trained, { recursive: true });
  else await promisify(execFile)(process.execPath, [join(demo, 'train.mjs'), trained]);
  await copyFile(join(demo, 'sweep.yaml'), join(folder, 'sweep.yaml'));
  await done(['sweep', 'sweep.yaml', '--store', 'local'], { cwd: folder });
  expected = await resultsOf(folder, 'demo', 'local');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([1, 2, 4])(
  'gives the demo’s tables on %i workers and S3, to the bytes of the in-process engine on files',
  async (count) => {
    const address = freshAddress(s3());
    await Promise.all(Array.from({ length: count }, () => unitscopeWorker()));
    const json = await done(['sweep', 'sweep.yaml', '--engine', 'temporal', '--store', address, '--json'], {
      cwd: folder,
    });
    expect(JSON.parse(json)).toMatchObject({
      cells: { total: 440, done: 440, cached: 0, failed: 0 },
      checkpoints: { total: 11, done: 11 },
    });
    const found = await resultsIn(address, 'demo');
    expect(Object.keys(found)).toHaveLength(26);
    expect(found).toEqual(expected);
  },
  300_000,
);
