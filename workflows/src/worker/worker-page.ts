import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkerPortError } from '../errors.js';
import type { WorkerMetrics } from './worker-metrics.js';

export interface Health {
  readonly state: 'starting' | 'running' | 'ailing' | 'draining';
  /** What else is to be known of it, a line each. */
  readonly notes: readonly string[];
}

/** `/metrics` and `/healthz` of a worker: 200 while it takes tasks, 503 otherwise. */
export class WorkerPage {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(
    host: string,
    port: number,
    metrics: WorkerMetrics,
    health: () => Health,
  ): Promise<WorkerPage> {
    const server = createServer((request, response) => {
      if (request.url === '/healthz') {
        const { state, notes } = health();
        response.writeHead(state === 'running' ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
        response.end([state, ...notes, ''].join('\n'));
      } else if (request.url === '/metrics') {
        void metrics.text().then((text) => {
          response.writeHead(200, { 'content-type': metrics.contentType });
          response.end(text);
        });
      } else {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'it is taken' : error.message;
        reject(
          new WorkerPortError(
            `no /metrics and /healthz on port ${port} of ${host}: ${why}; choose another (--port, 0 is a free one)`,
          ),
        );
      });
      server.listen(port, host, resolve);
    });
    return new WorkerPage(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
