import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { openStore, takeStoreTraffic } from '../src/index.js';

let close = (): void => undefined;
afterEach(() => {
  close();
  vi.unstubAllEnvs();
  takeStoreTraffic();
});

/** An address whose server answers as told. */
async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  return `s3://bucket?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}&region=r`;
}

const LIST = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

it('counts requests, further attempts and bytes by operation, once', async () => {
  let puts = 0;
  const address = await serving((request, response) => {
    request.resume();
    request.on('end', () => {
      if (request.method === 'PUT') response.writeHead(++puts === 1 ? 503 : 200, { etag: '"1"' }).end();
      else response.writeHead(200).end(LIST);
    });
  });
  const store = await openStore(address);
  await store.put('a', new Uint8Array(1000));
  const traffic = takeStoreTraffic();
  expect(traffic).toMatchObject({
    ListObjectsV2: { requests: 1, retries: 0, failures: 0 },
    PutObject: { requests: 1, retries: 1, failures: 0, bytesSent: 1000, bytesReceived: 0 },
  });
  expect(traffic?.['PutObject']?.seconds).toHaveLength(1);
  expect(takeStoreTraffic()).toBeUndefined();
});

it('counts a request that fails', async () => {
  const address = await serving((request, response) => {
    response.writeHead(request.method === 'HEAD' ? 404 : 200).end(request.method === 'HEAD' ? '' : LIST);
  });
  const store = await openStore(address);
  expect(await store.head('a')).toBeUndefined();
  expect(takeStoreTraffic()).toMatchObject({ HeadObject: { requests: 1, failures: 1 } });
});
