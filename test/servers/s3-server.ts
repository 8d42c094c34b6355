import { startS3Server, type S3Server } from '../../infra/s3-server.mjs';
import { afterAll, beforeAll } from 'vitest';

/** A real S3 server for the tests of this file; its variables are in the environment meanwhile. */
export function useS3Server(): () => S3Server {
  let server: S3Server | undefined;
  const before = { ...process.env };
  beforeAll(async () => {
    server = await startS3Server({ useEnvironment: false });
    Object.assign(process.env, server.env);
  });
  afterAll(async () => {
    process.env = before;
    await server?.stop();
  });
  return () => {
    if (server === undefined) throw new Error('the S3 server is up only while tests run');
    return server;
  };
}

let stores = 0;
/** The address of a store that no other test uses. */
export function freshAddress(server: S3Server): string {
  return `${server.address}/test-${++stores}`;
}
