import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '@unitscope/store';
import { findS3Server, startS3Server } from '../../../infra/s3-server.mjs';
import { freshAddress, useS3Server } from '../s3-server.js';

const other = useS3Server();

test('a server that never comes to work is ended, and another one started in its place', async () => {
  expect(other().kind).toBe('seaweedfs');
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-weed-'));
  const { AWS_ENDPOINT_URL_S3: endpoint, PATH } = process.env;
  onTestFinished(async () => {
    Object.assign(process.env, { AWS_ENDPOINT_URL_S3: endpoint, PATH });
    await rm(folder, { recursive: true, force: true });
  });
  delete process.env['AWS_ENDPOINT_URL_S3'];
  const weed = findS3Server()?.where ?? '';
  const first = join(folder, 'first');
  await writeFile(
    join(folder, 'weed'),
    `#!/bin/sh\n[ -e '${first}' ] || { touch '${first}'; exec sleep 300; }\nexec '${weed}' "$@"\n`,
  );
  await chmod(join(folder, 'weed'), 0o755);
  process.env['PATH'] = [folder, PATH].join(delimiter);
  const server = await startS3Server();
  onTestFinished(() => server.stop());
  expect(existsSync(first)).toBe(true);
  Object.assign(process.env, server.env);
  const store = await openStore(freshAddress(server));
  await store.put('a', Buffer.from('kept'));
  expect(Buffer.from(await store.get('a')).toString()).toBe('kept');
});
