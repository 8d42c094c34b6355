import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface LocalRegistry {
  readonly url: string;
  /** What was asked of anything but this registry, through the proxy that refuses it. */
  readonly refused: readonly string[];
  readonly proxy: string;
  close(): Promise<void>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** A registry that has some tarballs as if they were published, and hands on what npm's own has; and a proxy that refuses. */
export async function startRegistry(tarballs: string): Promise<LocalRegistry> {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' })
    .trim()
    .replace(/\/*$/, '/');
  const published = new Map(
    readdirSync(tarballs)
      .filter((file) => file.endsWith('.tgz'))
      .map((file) => [manifestOf(join(tarballs, file)).name, file]),
  );
  const registry = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    const file = published.get(path);
    if (file !== undefined) {
      answer(response, packument(join(tarballs, file), `${url}/local/${file}`));
    } else if (path.startsWith('local/')) {
      response.end(readFileSync(join(tarballs, path.slice('local/'.length))));
    } else void handOn(upstream, url, request, response);
  });
  const refused: string[] = [];
  const refusing = createServer((request, response) => {
    refused.push(request.url ?? '');
    response.writeHead(403).end();
  }).on('connect', (request: IncomingMessage, socket) => {
    refused.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  const url = await listen(registry);
  return {
    url,
    refused,
    proxy: await listen(refusing),
    close: async () => {
      for (const server of [registry, refusing]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function manifestOf(tarball: string): Manifest {
  const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
  return JSON.parse(text) as Manifest;
}

function packument(tarball: string, url: string): object {
  const manifest = manifestOf(tarball);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  return {
    name: manifest.name,
    'dist-tags': { latest: manifest.version },
    versions: { [manifest.version]: { ...manifest, dist: { tarball: url, integrity } } },
  };
}

function answer(response: ServerResponse, content: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(content));
}

async function handOn(
  upstream: string,
  here: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const accept = request.headers.accept ?? '*/*';
    const answered = await fetch(new URL((request.url ?? '/').slice(1), upstream), { headers: { accept } });
    const type = answered.headers.get('content-type') ?? 'application/octet-stream';
    response.writeHead(answered.status, { 'content-type': type });
    // Tarballs come through this registry as well: the way to any other is refused.
    if (type.includes('json')) response.end((await answered.text()).replaceAll(upstream, `${here}/`));
    else response.end(Buffer.from(await answered.arrayBuffer()));
  } catch {
    response.writeHead(502).end();
  }
}
