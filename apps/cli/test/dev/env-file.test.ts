import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeEnvFile } from '../../src/setup/dev/env-file.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-env-'));
  for (const name of [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_REGION',
    'AWS_PROFILE',
  ])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  return rm(folder, { recursive: true, force: true });
});

function sourced(path: string, name: string): string {
  return execFileSync('sh', ['-c', `. ${path}; printf %s "$${name}"`], { encoding: 'utf8', env: {} });
}

it('sets variables in a shell, whatever their values hold', async () => {
  const path = join(folder, 'env');
  const value = `a'b "c" $d \`e\``;
  await writeEnvFile(path, { TEMPORAL_ADDRESS: value });
  expect(sourced(path, 'TEMPORAL_ADDRESS')).toBe(value);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('keeps what the user has added, and replaces its own', async () => {
  const path = join(folder, 'env');
  await writeFile(path, "# mine\nexport HTTPS_PROXY='p'\nexport TEMPORAL_ADDRESS='old'\n");
  await writeEnvFile(path, { TEMPORAL_ADDRESS: 'new' });
  await writeEnvFile(path, { TEMPORAL_ADDRESS: 'newer' });
  expect(sourced(path, 'TEMPORAL_ADDRESS')).toBe('newer');
  expect(sourced(path, 'HTTPS_PROXY')).toBe('p');
});

it('carries the keys of an S3 server that the environment names', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const path = join(folder, 'env');
  await writeEnvFile(path, { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' });
  expect(sourced(path, 'AWS_ACCESS_KEY_ID')).toBe('id');
  expect(sourced(path, 'AWS_SECRET_ACCESS_KEY')).toBe('secret');
});
