import { afterAll, beforeAll } from 'vitest';

interface Server {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A server for the tests of this file; its variables are in the environment meanwhile. */
export function useServer<T extends Server>(start: () => Promise<T>, startTimeout?: number): () => T {
  let server: T | undefined;
  const before = { ...process.env };
  beforeAll(async () => {
    server = await start();
    Object.assign(process.env, server.env);
  }, startTimeout);
  afterAll(async () => {
    process.env = before;
    await server?.stop();
  });
  return () => {
    if (server === undefined) throw new Error('the S3 server is up only while tests run');
    return server;
  };
}
