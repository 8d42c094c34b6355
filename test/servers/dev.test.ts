import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const commandLine = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'bin', 'unitscope.js');
let folder = '';
const running: ChildProcessWithoutNullStreams[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unitscope-dev-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(ended));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server of the environment is not what `dev` is asked for here. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, AWS_ENDPOINT_URL: undefined, AWS_ENDPOINT_URL_S3: undefined };
}

async function started(): Promise<string> {
  const child = spawn(process.execPath, [commandLine, 'dev', '--data', folder, '--threads', '1'], {
    env: environment(),
  });
  running.push(child);
  let said = '';
  let wrong = '';
  child.stderr.on('data', (chunk: Buffer) => (wrong += chunk.toString()));
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    if (said.includes('Ctrl-C ends all of it')) return said;
  }
  throw new Error(`dev ended: ${said}${wrong}`);
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGINT');
  await once(child, 'exit');
}

const addresses = (text: string): string[] =>
  [...text.matchAll(/http:\/\/127\.0\.0\.1:\d+\S*/g)].map(([url]) => url);
const variable = (name: string): string | undefined =>
  new RegExp(`^export ${name}='(.*)'$`, 'm').exec(readFileSync(join(folder, 'env'), 'utf8'))?.[1];

it('says where it answers once each port answers; a second one says the same and leaves', async () => {
  const said = await started();
  const urls = addresses(said);
  expect(urls).toHaveLength(4);
  for (const url of urls) await fetch(url.replace(/,$/, ''), { redirect: 'manual' });
  const temporal = Number(/^Temporal +127\.0\.0\.1:(\d+)/m.exec(said)?.[1]);
  const socket = createConnection({ port: temporal, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.destroy();

  const second = spawnSync(process.execPath, [commandLine, 'dev', '--data', folder], {
    encoding: 'utf8',
    env: environment(),
  });
  expect(second.status).toBe(0);
  expect(second.stdout).toContain('It runs already');
  expect(addresses(second.stdout)).toEqual(urls);
});

it('keeps the keys of its S3 server and the lines of the user when it is started anew', async () => {
  const keys = [variable('AWS_ACCESS_KEY_ID'), variable('AWS_SECRET_ACCESS_KEY')];
  expect(keys[0]).toMatch(/\w{10}/);
  appendFileSync(join(folder, 'env'), "export HTTPS_PROXY='mine'\n");
  await started();
  expect([variable('AWS_ACCESS_KEY_ID'), variable('AWS_SECRET_ACCESS_KEY')]).toEqual(keys);
  expect(variable('HTTPS_PROXY')).toBe('mine');
});
