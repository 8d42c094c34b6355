import { createHash, randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '../object-store.js';
import { digestMetadata } from './object-digest.js';
import type { S3Connection } from './s3-connection.js';

const WRITE_ID = 'unitscope-write';
const CONFLICT_ATTEMPTS = 5;

/** Puts a whole object in one request. The server refuses bytes that are not those of the digest. */
export async function putObject(
  connection: S3Connection,
  key: string,
  bytes: Uint8Array,
): Promise<ObjectInfo> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const command = putCommand(connection, key, bytes, sha256, {});
  await connection.request(key, (client) => client.send(command));
  return { key, size: bytes.byteLength, sha256 };
}

/** Puts an object where there is none; undefined where there is one. */
export async function createObject(
  connection: S3Connection,
  key: string,
  bytes: Uint8Array,
): Promise<ObjectInfo | undefined> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const id = randomUUID();
  for (let attempt = 1; ; attempt++) {
    const command = putCommand(connection, key, bytes, sha256, { [WRITE_ID]: id });
    command.input.IfNoneMatch = '*';
    // 409: another writer is at it this moment, and may yet fail.
    const waits = attempt < CONFLICT_ATTEMPTS;
    const answer = await connection.attempt(key, waits ? [412, 409] : [412], (client) =>
      client.send(command),
    );
    if (answer === 409) continue;
    const ours = answer !== 412 || (await connection.head(key))?.Metadata?.[WRITE_ID] === id;
    return ours ? { key, size: bytes.byteLength, sha256 } : undefined;
  }
}

function putCommand(
  connection: S3Connection,
  key: string,
  bytes: Uint8Array,
  sha256: string,
  metadata: Record<string, string>,
): PutObjectCommand {
  const keepChecksum = connection.address.checksums === 'WHEN_SUPPORTED';
  const command = new PutObjectCommand({
    ...connection.at(key),
    Body: bytes,
    Metadata: { ...digestMetadata(sha256), ...metadata },
    ...(keepChecksum && { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') }),
  });
  // Part of the signature, so every server checks it; and the SDK need not hash the bytes once more.
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'unitscopeContentDigest' },
  );
  return command;
}
