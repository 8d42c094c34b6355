import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sqlMemory } from '@unitscope/query';
import { AnswersAhead } from './answers-ahead.js';
import { DashboardAddressError } from './errors.js';
import { readPageFiles } from './page-files.js';
import { RequestGuard } from './request-guard.js';
import { handleRequest } from './request-handler.js';
import { ResultsHost } from './results-host.js';
import { SweepBoard } from './sweep-board.js';

/** A forward pass over a category takes longer than reading. */
const MAPS_TIME = 4;

export interface DashboardOptions {
  /** Address of the store whose sweeps it shows. */
  readonly store: string;
  /** What to listen on; default 127.0.0.1. On any address but this machine's own a token is required. */
  readonly host?: string | undefined;
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** Names by which a proxy in front of it may ask; with any, a token is required. */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly token?: string | undefined;
  /** Whether sweeps of the Temporal server that the environment names are looked for; default true. */
  readonly temporal?: boolean | undefined;
  /** What the page says of the program. */
  readonly version?: string | undefined;
  /** How long reading results may take before it is given up; default 30. */
  readonly timeoutSeconds?: number | undefined;
  /** Bytes that each of the three processes that read results and maps may take; default: a quarter of the memory, at most 4 GiB. */
  readonly memory?: number | undefined;
}

export interface Dashboard {
  /** Where to open it, with the token where one is required. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the web page over a store's sweeps. Throws DashboardAddressError where it cannot listen. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const {
    store,
    host = '127.0.0.1',
    allowedHosts = [],
    token,
    timeoutSeconds = 30,
    memory = sqlMemory(),
  } = options;
  const guard = new RequestGuard({ host, allowedHosts, token });
  const files = await readPageFiles(new URL('page/', import.meta.url));
  const board = new SweepBoard(store, options.temporal ?? true);
  const [views, slow] = [
    new ResultsHost(store, timeoutSeconds, memory),
    new ResultsHost(store, timeoutSeconds, memory),
  ];
  const maps = new ResultsHost(store, MAPS_TIME * timeoutSeconds, memory);
  const answers = new AnswersAhead({ views, slow, maps });
  const handled = { guard, files, board, answers, store, version: options.version ?? '' };
  const server = createServer((request, response) => {
    void handleRequest(handled, request, response);
  });
  const port = await listen(server, host, options.port ?? 0);
  views.warm();
  slow.warm();
  board.warm();
  void answers.prepare(board);
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${port}/${guard.token === null ? '' : `?token=${guard.token}`}`,
    port,
    async close() {
      views.close();
      slow.close();
      maps.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, board.close()]);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: 'something else listens there; choose another --port',
        EACCES: 'this port needs more rights; choose one above 1023',
        EADDRNOTAVAIL: 'this machine has no such address',
        ENOTFOUND: 'no such host',
      };
      const reason = reasons[cause.code ?? ''] ?? cause.message;
      reject(new DashboardAddressError(`${host}:${port}: cannot listen: ${reason}`, { cause }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
