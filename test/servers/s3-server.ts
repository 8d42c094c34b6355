import { startS3Server, type S3Server } from '../../infra/s3-server.mjs';
import { useServer } from './use-server.js';

/** A real S3 server for the tests of this file; its variables are in the environment meanwhile. */
export function useS3Server(): () => S3Server {
  return useServer(() => startS3Server({ useEnvironment: false }));
}

let stores = 0;
/** The address of a store that no other test uses. */
export function freshAddress(server: S3Server): string {
  return `${server.address}/test-${++stores}`;
}
