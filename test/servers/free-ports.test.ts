import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, startOnFreePorts } from '../../infra/free-ports.mjs';
import { startTemporalServer } from '../../infra/temporal-server.mjs';

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

test('a server whose port was taken meanwhile starts on another one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-ports-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [free = 0] = await freePorts(1);
  const ports = [await takenPort(), free];
  const server = await startOnFreePorts(() =>
    startTemporalServer({ database: join(folder, 'temporal.db'), port: ports.shift() }),
  );
  onTestFinished(() => server.stop());
  expect(server.address).toBe(`127.0.0.1:${free}`);
});

test('a port that stays taken is named', async () => {
  const port = await takenPort();
  await expect(startTemporalServer({ database: '/nowhere/temporal.db', port })).rejects.toThrow(
    `port ${port} is another process's`,
  );
});
