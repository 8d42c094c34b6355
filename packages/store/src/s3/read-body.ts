import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { StoreFailureError } from '../store-errors.js';
import type { S3Connection } from './s3-connection.js';

const ATTEMPTS = 6;
const PAUSE_MS = 100;

/** Which bytes of which version of an object: `etag` refuses one that was replaced meanwhile. */
export interface ObjectRange {
  readonly key: string;
  readonly etag: string | undefined;
  readonly position: number;
}

/** Starts a GET of `length` bytes. */
export function getRange(
  connection: S3Connection,
  { key, etag, position }: ObjectRange,
  length: number,
): Promise<GetObjectCommandOutput> {
  const command = new GetObjectCommand({
    ...connection.at(key),
    Range: `bytes=${position}-${position + length - 1}`,
    ...(etag !== undefined && { IfMatch: etag }),
  });
  return connection.request(key, (client) => client.send(command));
}

/**
 * Fills `target` with the range's bytes, from the answer `first` where its GET is under way. A connection that
 * breaks in the middle is taken up again where it broke: the SDK retries only until an answer begins.
 */
export async function readRange(
  connection: S3Connection,
  target: Uint8Array,
  range: ObjectRange,
  first?: GetObjectCommandOutput,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<void> {
  let filled = 0;
  if (target.byteLength === 0) (first?.Body as Readable | undefined)?.resume(); // frees its connection
  for (let attempt = 1; filled < target.byteLength; attempt++) {
    const rest = { ...range, position: range.position + filled };
    const answer =
      (attempt === 1 ? first : undefined) ?? (await getRange(connection, rest, target.byteLength - filled));
    let cause: unknown;
    try {
      for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) {
        if (filled + chunk.byteLength > target.byteLength) break;
        target.set(chunk, filled);
        filled += chunk.byteLength;
        onBytes?.(chunk);
      }
    } catch (error) {
      cause = error;
    }
    if (filled === target.byteLength) return;
    if (attempt === ATTEMPTS) {
      const { endpoint = 'Amazon S3', bucket } = connection.address;
      throw new StoreFailureError(
        `the S3 server sent ${filled} of ${target.byteLength} bytes in ${ATTEMPTS} attempts ` +
          `[endpoint=${endpoint}, bucket=${bucket}, key=${range.key}]`,
        cause instanceof Error ? { cause: new Error(cause.message) } : {},
      );
    }
    await pause(PAUSE_MS * 2 ** attempt * Math.random());
  }
}
