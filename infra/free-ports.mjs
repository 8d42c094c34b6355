// Loopback ports for servers that are started in a moment.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections and to port 0: nobody takes one by chance meanwhile. */
const FIRST = 10_000;
const LAST = 32_000;
const TRIES = 200;

/** So many different ports that nothing listens on now. Another process may still take one: startOnFreePorts. */
export async function freePorts(count) {
  const held = [];
  try {
    for (let tries = 0; held.length < count; tries++) {
      if (tries === TRIES * count) throw new Error(`no free port of ${FIRST} to ${LAST} was found`);
      const server = await listening(randomInt(FIRST, LAST));
      if (server !== null) held.push(server);
    }
    return held.map((server) => server.address().port);
  } finally {
    await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  }
}

function listening(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(null)).listen({ port, host: '127.0.0.1' }, () => done(server));
  });
}

/** A server ended as soon as it was started, most often because a port of its was taken by then, or never came to work. */
export class NotReadyError extends Error {
  code = 'SERVER_NOT_READY';
}

/** Starts a server by `start`, which chooses its ports anew each time that the one before was not ready. */
export async function startOnFreePorts(start, attempts = 3) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof NotReadyError) || attempt >= attempts) throw error;
    }
  }
}
