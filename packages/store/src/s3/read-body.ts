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

export interface ReceiveOptions {
  /** The answer of a GET of this range that is under way. */
  readonly first?: GetObjectCommandOutput | undefined;
  /** Nobody waits for the rest: the connection is dropped. */
  readonly signal?: AbortSignal;
}

/** Starts a GET of `length` bytes. */
export function getRange(
  connection: S3Connection,
  { key, etag, position }: ObjectRange,
  length: number,
  signal?: AbortSignal,
): Promise<GetObjectCommandOutput> {
  const command = new GetObjectCommand({
    ...connection.at(key),
    Range: `bytes=${position}-${position + length - 1}`,
    ...(etag !== undefined && { IfMatch: etag }),
  });
  const options = signal === undefined ? {} : { abortSignal: signal };
  return connection.request(key, (client) => client.send(command, options));
}

/**
 * Gives the `length` bytes of a range as they come. A connection that breaks in the middle is taken up again where it
 * broke: the SDK retries only until an answer begins.
 */
export async function receiveRange(
  connection: S3Connection,
  range: ObjectRange,
  length: number,
  onBytes: (bytes: Uint8Array) => void,
  { first, signal }: ReceiveOptions = {},
): Promise<void> {
  let received = 0;
  if (length === 0) (first?.Body as Readable | undefined)?.resume(); // frees its connection
  for (let attempt = 1; received < length; attempt++) {
    const rest = { ...range, position: range.position + received };
    const given = attempt === 1 ? first : undefined;
    const answer = given ?? (await getRange(connection, rest, length - received, signal));
    if (given === undefined) refuseOther(connection, rest, answer);
    let cause: unknown;
    try {
      for await (const bytes of answer.Body as AsyncIterable<Uint8Array>) {
        signal?.throwIfAborted();
        if (connection.agent.holds(bytes))
          throw new Error('the HTTP parser gave bytes that the next read overwrites');
        if (received + bytes.byteLength > length) break;
        received += bytes.byteLength;
        onBytes(bytes);
      }
    } catch (error) {
      signal?.throwIfAborted();
      cause = error;
    }
    if (received === length) return;
    if (attempt === ATTEMPTS) {
      const { endpoint = 'Amazon S3', bucket } = connection.address;
      throw new StoreFailureError(
        `the S3 server sent ${received} of ${length} bytes in ${ATTEMPTS} attempts ` +
          `[endpoint=${endpoint}, bucket=${bucket}, key=${range.key}]`,
        cause instanceof Error ? { cause: new Error(cause.message) } : {},
      );
    }
    await pause(PAUSE_MS * 2 ** attempt * Math.random());
  }
}

/** Throws StoreFailureError where an answer is not of the bytes, or not of the version of the object, that were asked for. */
function refuseOther(
  { address }: S3Connection,
  { key, etag, position }: ObjectRange,
  { ETag, ContentRange, Body }: GetObjectCommandOutput,
): void {
  const [, start = '0'] = /^bytes (\d+)-/.exec(ContentRange ?? '') ?? [];
  const isSame = etag === undefined || ETag === undefined || strong(ETag) === strong(etag);
  if (isSame && Number(start) === position) return;
  (Body as Readable | undefined)?.destroy();
  const where = `[endpoint=${address.endpoint ?? 'Amazon S3'}, bucket=${address.bucket}, key=${key}]`;
  throw new StoreFailureError(
    isSame
      ? `expected the object's bytes from ${position} on, found them from ${start} on: the server does not keep to ranges ${where}`
      : `the object was replaced while it was read: expected version ${etag}, found ${ETag} ${where}`,
  );
}

/** Some servers call the ETag of a range a weak one. */
function strong(etag: string): string {
  return etag.replace(/^W\//, '');
}

/** Fills `target` with the range's bytes. */
export async function readRange(
  connection: S3Connection,
  target: Uint8Array,
  range: ObjectRange,
  first?: GetObjectCommandOutput,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<void> {
  let filled = 0;
  const take = (bytes: Uint8Array): void => {
    target.set(bytes, filled);
    filled += bytes.byteLength;
    onBytes?.(bytes);
  };
  await receiveRange(connection, range, target.byteLength, take, { first });
}
