import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { python } from './python.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-interop-'));
});

afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['one batch', 0],
  ['batches of 4096 rows', 4096],
])('reads a file of more than 2 GiB in %s within 300 MB above the start', async (_, rowsPerBatch) => {
  const path = join(folder, 'large.arrow');
  await python('write_large.py', path, String(rowsPerBatch));
  expect((await stat(path)).size).toBeGreaterThan(2 ** 31);
  const script = fileURLToPath(new URL('read-large.mjs', import.meta.url));
  const { stdout } = await run(process.execPath, [script, path]);
  const found = JSON.parse(stdout) as { rows: number; sum: number; images: number; mib: number };
  console.log(`${stdout.trim()} (MiB above the start)`);
  expect(found).toMatchObject({ rows: 2_800_000, sum: 2_800 * 499_500, images: 28_000 });
  expect(found.mib).toBeLessThan(286);
});
