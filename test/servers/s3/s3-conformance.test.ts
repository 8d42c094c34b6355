import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkConformance, openStore } from '@unitscope/store';
import { startS3Server } from '../../../infra/s3-server.mjs';
import { done, unitscope } from '../../e2e/support/command-line.js';
import { activationSweep } from '../activation-sweep.js';
import { faultyServer } from '../faulty-server.js';
import { freshAddress, useS3Server } from '../s3-server.js';

const server = useS3Server();

type Doctor = readonly { part: string; state: string; found: string; mend: string | null }[];

test('every check holds on this server, and nothing of them stays', async () => {
  const address = freshAddress(server());
  const findings = await checkConformance(address);
  expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  expect(findings.length).toBeGreaterThan(7);
  const store = await openStore(address);
  for await (const { key } of store.list('')) expect(key).toBe('');
});

test('every check holds on the server of a disk that is nearly full, which keeps what it has when it falls', async () => {
  const full = await startS3Server({ useEnvironment: false, diskIsFull: true });
  try {
    const doctor = await unitscope(['doctor', '--store', `${full.address}/kept`, '--json'], {
      env: full.env,
    });
    const findings = JSON.parse(doctor.stdout) as Doctor;
    expect(findings.find(({ part }) => part === 'S3 conformance')).toMatchObject({ state: 'ok' });
    const sweep = await activationSweep({ checkpoints: 1 });
    await done(['sweep', sweep.spec, '--store', `${full.address}/kept`], {
      cwd: sweep.folder,
      env: full.env,
    });
    await full.kill();
    await full.restart();
    await done(['verify', '--store', `${full.address}/kept`], { cwd: sweep.folder, env: full.env });
    expect(readFileSync(full.logFile ?? '', 'utf8')).toContain('Start Seaweed volume server');
  } finally {
    await full.stop();
  }
});

test('doctor names what a server does not do, and what that means', async () => {
  const proxy = await faultyServer(server().endpoint, { dropMetadata: true });
  const env = { ...server().env, AWS_ENDPOINT_URL_S3: proxy.endpoint };
  const run = await unitscope(['doctor', '--store', freshAddress(server()), '--json'], { env });
  const findings = JSON.parse(run.stdout) as Doctor;
  expect(run.code).toBe(1);
  expect(findings.find(({ part }) => part === 'S3 conformance')).toMatchObject({
    state: 'fails',
    found: expect.stringContaining('the SHA-256 it was sent with is gone') as string,
    mend: expect.stringContaining('damage could not be seen') as string,
  });
});

test('the first sweep of a store tries the server, later ones do not', async () => {
  const sweep = await activationSweep({ checkpoints: 1 });
  const address = freshAddress(server());
  const store = await openStore(address);
  const notes = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of store.list('conformance/')) keys.push(key);
    return keys;
  };
  const { env } = server();
  await done(['sweep', sweep.spec, '--store', address], { cwd: sweep.folder, env });
  const [note, ...others] = await notes();
  expect(others).toEqual([]);
  // A note of ours stays as it is: it is made once.
  await store.put(note ?? '', Buffer.from('ours'));
  await done(['sweep', sweep.spec, '--store', address], { cwd: sweep.folder, env });
  expect(Buffer.from(await store.get(note ?? '')).toString()).toBe('ours');
  await done(['verify', '--store', address], { cwd: sweep.folder, env });
});

test('a sweep is refused on a server that does not do what it needs, and names what that means', async () => {
  const sweep = await activationSweep({ checkpoints: 1 });
  const proxy = await faultyServer(server().endpoint, { dropMetadata: true });
  const env = { ...server().env, AWS_ENDPOINT_URL_S3: proxy.endpoint };
  const address = freshAddress(server());
  const run = await unitscope(['sweep', sweep.spec, '--store', address], { cwd: sweep.folder, env });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  const said = run.stderr.replaceAll(/\s+/g, ' ');
  expect(said).toContain('the SHA-256 it was sent with is gone');
  expect(said).toContain('without it damage could not be seen');
  expect(said).toContain('UNITSCOPE_S3_CONFORMANCE=skip');
  const store = await openStore(address);
  for await (const { key } of store.list('')) expect(key).toBe('');
});

test('an object that is sent damaged is sent again, and one that comes damaged is read again', async () => {
  const bytes = new Uint8Array(200_000).fill(7);
  const sent = await faultyServer(server().endpoint, { flipPuts: 2 });
  const address = freshAddress(server());
  const through = (endpoint: string): string => `${address}?endpoint=${encodeURIComponent(endpoint)}`;
  const store = await openStore(through(sent.endpoint));
  await store.put('sent', bytes);
  expect(sent.flipped()).toBe(2);
  const received = await faultyServer(server().endpoint, { flipGets: 1 });
  const reader = await openStore(through(received.endpoint));
  expect(Buffer.from(await reader.get('sent')).equals(bytes)).toBe(true);
  expect(received.flipped()).toBe(1);
  const damaged = await faultyServer(server().endpoint, { flipGets: 100 });
  const broken = await openStore(through(damaged.endpoint));
  await expect(broken.get('sent')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
});

test('a range of another version of the object is refused, also where the server does not look at If-Match', async () => {
  const lax = await faultyServer(server().endpoint, { otherVersions: true });
  const address = `${freshAddress(server())}?endpoint=${encodeURIComponent(lax.endpoint)}`;
  const store = await openStore(address);
  await store.put('replaced', new Uint8Array(300_000).fill(1));
  const reader = await store.open('replaced');
  await expect(reader.readInto(new Uint8Array(10), 0)).rejects.toThrow(
    'the object was replaced while it was read',
  );
});

test('a 416 that is a mistake is asked again, and believed of an empty object', async () => {
  const proxy = await faultyServer(server().endpoint, { wrong416s: 1 });
  const address = `${freshAddress(server())}?endpoint=${encodeURIComponent(proxy.endpoint)}`;
  const store = await openStore(address);
  await store.put('full', new Uint8Array(1000).fill(3));
  const reader = await store.open('full');
  expect(reader.size).toBe(1000);
  await store.put('empty', new Uint8Array());
  expect((await store.open('empty')).size).toBe(0);
});
