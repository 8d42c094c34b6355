import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../../.cache/s3-kinds/', import.meta.url));

/** How one kind of S3 server is started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Place {
  readonly folder: string;
  readonly port: number;
  readonly id: string;
  readonly secret: string;
}

/** A kind of S3 server that the tests run against, and how a fresh machine gets it. */
export interface S3Kind {
  readonly name: string;
  readonly version: string;
  /** Checks (`check` of a finding) that it is known not to hold. */
  readonly lacks: readonly string[];
  /** What sweeps need is among it: they are refused there. */
  readonly isRefused?: true;
  /** Fetches it where it is not in the cache. */
  readonly install: () => Promise<void>;
  readonly launch: (place: Place) => Launch;
}

const VERSITYGW = '1.8.0';
const versitygwFile = join(cache, `versitygw-${VERSITYGW}`, 'versitygw');

export const versitygw: S3Kind = {
  name: 'versitygw',
  version: VERSITYGW,
  lacks: [],
  install: async () => {
    if (existsSync(versitygwFile)) return;
    const name = `github.com/versity/versitygw/cmd/versitygw@v${VERSITYGW}`;
    await run('go', ['install', '-trimpath', name], {
      env: { ...process.env, GOBIN: dirname(versitygwFile), GOFLAGS: '-mod=mod' },
      maxBuffer: 2 ** 26,
    });
  },
  launch: ({ folder, port, id, secret }) => ({
    command: versitygwFile,
    // Metadata beside the files: not every file system keeps extended attributes.
    args: [
      ...[
        '--access',
        id,
        '--secret',
        secret,
        '--port',
        `127.0.0.1:${port}`,
        '--region',
        'us-east-1',
        '--quiet',
      ],
      ...['posix', '--sidecar', join(folder, 'metadata'), join(folder, 'objects')],
    ],
  }),
};

const MOTO = '5.2.5';
const motoFolder = join(cache, `moto-${MOTO}`);

export const moto: S3Kind = {
  name: 'moto',
  version: MOTO,
  lacks: [],
  install: async () => {
    if (existsSync(join(motoFolder, 'installed'))) return;
    await rm(motoFolder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', motoFolder]);
    await run(join(motoFolder, 'bin', 'pip'), ['install', '--quiet', `moto[server]==${MOTO}`]);
    await writeFile(join(motoFolder, 'installed'), '');
  },
  launch: ({ port }) => ({
    command: join(motoFolder, 'bin', 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
  }),
};

const S3MOCK = '4.12.4';
const S3MOCK_SHA256 = 'a60617fe3aabb22d8ad90c2ad40d4989f23e7c7862f5efe7b26f934d516cce3c';
const s3mockFile = join(cache, `s3mock-${S3MOCK}.jar`);

/** The last line that runs on Java 17. */
export const s3mock: S3Kind = {
  name: 'Adobe S3Mock',
  version: S3MOCK,
  lacks: ['creates an object once, whoever asks at the same moment', 'shows uploads that were abandoned'],
  isRefused: true,
  install: async () => {
    if (existsSync(s3mockFile)) return;
    const folder = 'https://repo1.maven.org/maven2/com/adobe/testing/s3mock';
    const answer = await fetch(`${folder}/${S3MOCK}/s3mock-${S3MOCK}-exec.jar`);
    if (!answer.ok) throw new Error(`s3mock ${S3MOCK}: HTTP ${answer.status}`);
    const jar = Buffer.from(await answer.arrayBuffer());
    const digest = createHash('sha256').update(jar).digest('hex');
    if (digest !== S3MOCK_SHA256) throw new Error(`s3mock ${S3MOCK}: found SHA-256 ${digest}`);
    await mkdir(cache, { recursive: true });
    const partial = `${s3mockFile}.${randomUUID()}`;
    await writeFile(partial, jar);
    await rename(partial, s3mockFile);
  },
  launch: ({ folder, port }) => ({
    command: 'java',
    args: [
      ...['-Xmx256m', '-XX:TieredStopAtLevel=1', '-jar', s3mockFile],
      ...[`--com.adobe.testing.s3mock.http-port=${port}`, '--server.port=0'],
      ...['--server.address=127.0.0.1', `--com.adobe.testing.s3mock.store.root=${join(folder, 'objects')}`],
    ],
  }),
};

/** Its community edition is no longer given out: UNITSCOPE_MINIO names a binary. */
export const minio: S3Kind = {
  name: 'MinIO',
  version: 'as given',
  // It lists the uploads of a whole key, and none by the beginning of one.
  lacks: ['shows uploads that were abandoned'],
  install: () => Promise.resolve(),
  launch: ({ folder, port, id, secret }) => ({
    command: process.env['UNITSCOPE_MINIO'] ?? 'minio',
    args: ['server', '--address', `127.0.0.1:${port}`, join(folder, 'objects')],
    env: { MINIO_ROOT_USER: id, MINIO_ROOT_PASSWORD: secret },
  }),
};
