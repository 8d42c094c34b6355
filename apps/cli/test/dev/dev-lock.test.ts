import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DevFolderTakenError, DevLock } from '../../src/setup/dev/dev-lock.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-dev-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const places = {
  temporal: '127.0.0.1:7233',
  ui: undefined,
  s3: 'http://127.0.0.1:8333, bucket unitscope (seaweedfs)',
  store: 's3://unitscope',
  metrics: 'http://127.0.0.1:9464/metrics',
  dashboard: 'http://127.0.0.1:8420/',
  env: { AWS_SECRET_ACCESS_KEY: 'hidden' },
};

it('gives a folder to one process, and tells the second one who has it and where it answers', async () => {
  const lock = await DevLock.take(folder);
  await lock.announce(places);
  const refusal = await DevLock.take(folder).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DevFolderTakenError);
  const { owner } = refusal as DevFolderTakenError;
  expect(owner.pid).toBe(process.pid);
  expect(owner.places?.dashboard).toBe(places.dashboard);
  await lock.release();
  await (await DevLock.take(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

it('writes no credential into the file that others read', async () => {
  const lock = await DevLock.take(folder);
  await lock.announce(places);
  expect(await readFile(join(folder, 'running.json'), 'utf8')).not.toContain('hidden');
  await lock.release();
});

it('takes over from a process that died, also where its number is used again', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const dead = { pid: child.pid, began: '1', started: '2026-01-01T00:00:00Z' };
  await writeFile(join(folder, 'running.json'), JSON.stringify(dead));
  const lock = await DevLock.take(folder);
  const held: unknown = JSON.parse(await readFile(join(folder, 'running.json'), 'utf8'));
  child.kill('SIGKILL');
  expect(held).toMatchObject({ pid: process.pid });
  await lock.release();
});

it.each([
  '',
  '{',
  '[]',
  '{"pid":-1}',
  '{"pid":1,"began":null,"started":"x","places":{"dashboard":"http://example.com/"}}',
])('takes over from a file that is not of its own making: %j', async (text) => {
  await writeFile(join(folder, 'running.json'), text);
  const lock = await DevLock.take(folder);
  const held: unknown = JSON.parse(await readFile(join(folder, 'running.json'), 'utf8'));
  expect(held).toMatchObject({ pid: process.pid });
  await lock.release();
});

it('gives a folder that a dead process left to exactly one of twenty', async () => {
  const dead = { pid: 2 ** 22 + 1, began: null, started: '2026-01-01T00:00:00Z' };
  await writeFile(join(folder, 'running.json'), JSON.stringify(dead));
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => DevLock.take(folder)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
