import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What is wrong with a server: numbers are how many of its answers, from the first one on. */
export interface Faults {
  readonly flipPuts?: number;
  readonly flipGets?: number;
  readonly wrong416s?: number;
  readonly dropMetadata?: boolean;
  /** Its ranges are of another version of the object than it said first. */
  readonly otherVersions?: boolean;
}

/** A proxy on loopback in front of a real S3 server, with faults; it is gone when the test is. */
export async function faultyServer(
  target: string,
  faults: Faults,
): Promise<{ readonly endpoint: string; flipped(): number }> {
  const left = { puts: faults.flipPuts ?? 0, gets: faults.flipGets ?? 0, ranges: faults.wrong416s ?? 0 };
  let flipped = 0;
  const flip = (bytes: Buffer): Buffer => {
    flipped++;
    return bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)) as Buffer;
  };
  const server = createServer((asked, answer) => {
    void (async () => {
      const pieces: Buffer[] = [];
      for await (const piece of asked) pieces.push(piece as Buffer);
      let body = Buffer.concat(pieces);
      const { method = 'GET', url = '/' } = asked;
      if (method === 'PUT' && body.length > 1000 && left.puts-- > 0) body = Buffer.from(flip(body));
      if (method === 'GET' && asked.headers.range !== undefined && left.ranges-- > 0) {
        answer.writeHead(416, { 'content-type': 'application/xml' });
        answer.end('<Error><Code>InvalidRange</Code><Message>no such range</Message></Error>');
        return;
      }
      const headers: IncomingHttpHeaders = { ...asked.headers };
      delete headers.expect;
      const { hostname, port } = new URL(target);
      const passed = request({ host: hostname, port, method, path: url, headers }, (found) => {
        void (async () => {
          const parts: Buffer[] = [];
          for await (const part of found) parts.push(part as Buffer);
          let bytes = Buffer.concat(parts);
          const own = Object.entries(found.headers).filter(
            ([name]) => faults.dropMetadata !== true || !/^x-amz-(?:meta|checksum)/.test(name),
          );
          const isObject = method === 'GET' && bytes.length > 10_000;
          if (isObject && left.gets-- > 0) bytes = Buffer.from(flip(bytes));
          const answered = Object.fromEntries(own);
          const isRange = /^bytes=\d/.test(asked.headers.range ?? '');
          if (isRange && faults.otherVersions === true) answered['etag'] = '"another"';
          answer.writeHead(found.statusCode ?? 500, answered);
          answer.end(method === 'HEAD' ? undefined : bytes);
        })();
      });
      passed.on('error', () => answer.destroy());
      passed.end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, flipped: () => flipped };
}
