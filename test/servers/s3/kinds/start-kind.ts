import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, startOnFreePorts } from '../../../../infra/free-ports.mjs';
import { untilBucketAnswers } from '../../../../infra/s3-ready.mjs';
import { startSupervised } from '../../../../infra/supervised-process.mjs';
import { useServer } from '../../use-server.js';
import type { S3Kind } from './kinds.js';

export interface StartedKind {
  /** Of its bucket, which openStore takes while its variables are in the environment. */
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const BUCKET = 'unitscope';

/** Installs, where that is needed, and starts a server of this kind; it ends with `stop`, and with this process. */
export async function startKind(kind: S3Kind): Promise<StartedKind> {
  await kind.install();
  const id = randomBytes(10).toString('hex').toUpperCase();
  const secret = randomBytes(24).toString('hex');
  const credentials = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
  return startOnFreePorts(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unitscope-s3-kind-'));
    for (const part of ['objects', 'metadata']) await mkdir(join(folder, part));
    const [port = 0] = await freePorts(1);
    const { command, args, env } = kind.launch({ folder, port, id, secret });
    const server = await startSupervised({
      ...{ command, args, logFile: join(folder, 'server.log'), removeFolder: folder },
      env: { ...process.env, ...env },
    });
    const endpoint = `http://127.0.0.1:${port}`;
    try {
      await untilBucketAnswers(server, { endpoint, bucket: BUCKET, credentials });
    } catch (error) {
      await server.stop();
      throw error;
    }
    const variables = { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: 'us-east-1', ...credentials };
    return { address: `s3://${BUCKET}`, env: variables, stop: () => server.stop() };
  });
}

/** A server of this kind for the tests of this file; its variables are in the environment meanwhile. */
export function useKind(kind: S3Kind): () => StartedKind {
  return useServer(() => startKind(kind), 600_000);
}
