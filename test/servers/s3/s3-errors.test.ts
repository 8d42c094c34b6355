import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { InputError } from '@unitscope/base';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../packages/store/src/open-store.js';
import { freshAddress, useS3Server } from '../s3-server.js';

const server = useS3Server();

async function withEnvironment<T>(env: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

async function refusal(work: () => Promise<unknown>): Promise<Error & { code: string }> {
  const error = await work().then(
    () => undefined,
    (refused: unknown) => refused,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error & { code: string };
}

/** A server that refuses everything in the words of S3: what Amazon says and the server of the tests cannot be made to. */
async function refusing<T>(
  status: number,
  code: string,
  message: string,
  work: (address: string) => Promise<T>,
) {
  const fake = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-bucket-region': 'eu-west-3' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  });
  await new Promise<void>((done) => fake.listen(0, '127.0.0.1', done));
  const { port } = fake.address() as AddressInfo;
  try {
    return await work(`s3://bucket?endpoint=http://127.0.0.1:${port}`);
  } finally {
    fake.closeAllConnections();
    fake.close();
  }
}

describe('the refusals of an S3 server', () => {
  test('a wrong secret or key id is bad input that says which variables to check, and never their values', async () => {
    const address = freshAddress(server());
    for (const wrong of [
      { AWS_SECRET_ACCESS_KEY: 'Wr0ngSecretValue' },
      { AWS_ACCESS_KEY_ID: 'WR0NGKEYID' },
    ]) {
      const error = await withEnvironment(wrong, () => refusal(() => openStore(address)));
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ code: 'STORE_ACCESS' });
      expect(error.message).toContain('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY');
      const all = inspect(error, { depth: 10, showHidden: true });
      expect(all).not.toMatch(/Wr0ngSecretValue|WR0NGKEYID/);
      expect(all).not.toContain(server().env['AWS_SECRET_ACCESS_KEY']);
      expect(all).not.toContain(server().env['AWS_ACCESS_KEY_ID']);
    }
  });

  test('an absent bucket is named, with the command that makes it', async () => {
    const error = await refusal(() => openStore('s3://no-such-bucket/prefix'));
    expect(error).toMatchObject({ code: 'STORE_BUCKET_MISSING' });
    expect(error.message).toContain('aws s3 mb s3://no-such-bucket');
  });

  test('an endpoint where nothing listens is unreachable, after the retries', async () => {
    const address = 's3://bucket?endpoint=http://127.0.0.1:9';
    const error = await withEnvironment({ AWS_MAX_ATTEMPTS: '2' }, () => refusal(() => openStore(address)));
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(error).not.toBeInstanceOf(InputError);
    expect(error.message).toContain('[endpoint=http://127.0.0.1:9/, bucket=bucket');
  });

  test('an endpoint where a web page answers is told from an S3 server', async () => {
    const page = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><head><link></head></html>');
    });
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const error = await withEnvironment({ AWS_MAX_ATTEMPTS: '1' }, () =>
      refusal(() => openStore(`s3://bucket?endpoint=${endpoint}`)),
    );
    page.close();
    expect(error.code).toBe('STORE_UNREACHABLE');
    expect(error.message).toContain('what answers (HTTP 200) is no S3 server: check the address and port');
  });

  test.each([
    [403, 'AccessDenied', 'Access Denied', 'STORE_ACCESS', 's3:PutObject'],
    [403, 'ExpiredToken', 'The provided token has expired', 'STORE_ACCESS', 'have expired'],
    [403, 'RequestTimeTooSkewed', 'too large', 'STORE_CLOCK', 'set the clock'],
    [301, 'PermanentRedirect', 'use the other endpoint', 'STORE_REGION', 'set AWS_REGION=eu-west-3'],
    [
      400,
      'InvalidArgument',
      'unknown header x-amz-checksum-sha256',
      'STORE_CHECKSUM_REFUSED',
      'WHEN_REQUIRED',
    ],
    [507, 'XMinioStorageFull', 'Storage backend has reached its minimum', 'STORE_FULL', 'no space left'],
    [400, 'Whatever', 'something else', 'STORE_FAILURE', 'Whatever: something else'],
  ])('HTTP %i %s', async (status, name, message, code, advice) => {
    const error = await withEnvironment({ AWS_MAX_ATTEMPTS: '2' }, () =>
      refusing(status, name, message, (address) => refusal(() => openStore(address))),
    );
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(advice);
  });
});

describe('the s3 store on a server that fails', () => {
  const MiB = 1 << 20;
  const large = Buffer.alloc(20 * MiB, 'feature maps ');
  const client = (): S3Client => new S3Client({ forcePathStyle: true, endpoint: server().endpoint });

  test('streams an object of several parts, reads it by ranges, and knows its digest', async () => {
    const store = await openStore(freshAddress(server()));
    const writer = await store.createWriter('activations/a.arrow');
    for (let at = 0; at < large.length; at += 3 * MiB) await writer.write(large.subarray(at, at + 3 * MiB));
    const info = await writer.commit();
    expect(await store.head('activations/a.arrow')).toEqual(info);
    expect(Buffer.compare(await store.get('activations/a.arrow'), large)).toBe(0);
    expect(await store.verify('activations/a.arrow')).toBe(true);
    const reader = await store.open('activations/a.arrow');
    const whole = new Uint8Array(large.length);
    for (let at = 0; at < whole.length; at += 3 * MiB)
      await reader.readInto(whole.subarray(at, at + 3 * MiB), at);
    expect(Buffer.compare(whole, large)).toBe(0);
    await reader.close();
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).toEqual(['activations/a.arrow']);
  });

  test('clears uploads that were never completed, and digests whose object is gone', async () => {
    const address = freshAddress(server());
    const store = await openStore(address);
    const abandoned = await store.createWriter('half');
    await abandoned.write(large);
    const writer = await store.createWriter('gone');
    await writer.write(large);
    await writer.commit();
    await store.delete('gone');
    expect(await store.removeAbandonedWrites(60_000)).toBe(0);
    expect(await store.removeAbandonedWrites(0)).toBe(2);
    const Prefix = address.slice(`s3://${server().bucket}/`.length);
    const { Uploads = [] } = await client().send(
      new ListMultipartUploadsCommand({ Bucket: server().bucket, Prefix }),
    );
    expect(Uploads).toEqual([]);
    await expect(abandoned.commit()).rejects.toThrow('the upload was removed before it was complete');
    expect(await store.head('half')).toBeUndefined();
  });

  test('finds bytes that another program put under an object, and reads those that carry no digest', async () => {
    const address = freshAddress(server());
    const store = await openStore(address);
    const { sha256 } = await store.put('a', Buffer.from('good'));
    const Key = `${address.slice(`s3://${server().bucket}/`.length)}/a`;
    const Metadata = { 'unitscope-sha256': sha256! };
    await client().send(new PutObjectCommand({ Bucket: server().bucket, Key, Body: 'goof', Metadata }));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(store.verify('a')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await client().send(new PutObjectCommand({ Bucket: server().bucket, Key, Body: 'theirs' }));
    expect(Buffer.from(await store.get('a')).toString()).toBe('theirs');
    expect(await store.verify('a')).toBe(false);
    await client().send(new DeleteObjectCommand({ Bucket: server().bucket, Key }));
  });

  test('goes on when the server is killed and comes back', async () => {
    const store = await openStore(freshAddress(server()));
    await store.put('before', Buffer.from('before'));
    await server().kill();
    const during = store.put('during', Buffer.from('during'));
    await server().restart();
    await during;
    expect(Buffer.from(await store.get('before')).toString()).toBe('before');
    expect(Buffer.from(await store.get('during')).toString()).toBe('during');
  });
});
