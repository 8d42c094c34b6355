import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3Connection } from './s3-connection.js';

/** Objects below it are the store's own: no key of a user can start with '.'. */
export const DIGEST_RECORDS = '.sha256/';

const SHA256 = 'unitscope-sha256';
const RECORD = 'unitscope-digest-record';
/** The prefix of the store that wrote the object: it may be opened through another prefix of the bucket. */
const ROOT = 'unitscope-digest-root';
const HEX = /^[0-9a-f]{64}$/;
const RECORD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the headers of an object tell of its digest. */
export interface DigestHeaders {
  readonly Metadata?: Record<string, string> | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

/** Metadata of an object whose digest is known before it is sent. */
export function digestMetadata(sha256: string): Record<string, string> {
  return { [SHA256]: sha256 };
}

/**
 * Metadata of an object that is streamed: its digest will be in the record `id`.
 *
 * Metadata is fixed when an upload begins, and the digest of a stream is known when it ends. So the object
 * names a record that is written just before the upload is completed: whoever sees the object finds the digest, a
 * kill at any moment leaves at most a record without object (which removeAbandonedWrites finds), and a
 * second writer of the key has a record of its own, so that digest and bytes change together. It costs one
 * small request an upload. Setting the metadata afterwards by a copy onto itself costs the server a whole copy
 * of a large object, and leaves a moment without digest, as setting a tag does; a composite
 * checksum of the parts is not the SHA-256 of the bytes.
 */
export function recordMetadata(id: string, prefix: string): Record<string, string> {
  return { [RECORD]: id, [ROOT]: encodeURIComponent(prefix) };
}

/** Key of a record: it holds the object's key, so that records whose object is gone can be told. */
export function recordKey(key: string, id: string): string {
  return `${DIGEST_RECORDS}${key}/${id}`;
}

export function recordId(headers: DigestHeaders): string | undefined {
  return headers.Metadata?.[RECORD];
}

/** The SHA-256 that the headers hold themselves: ours, or one that the store keeps of the whole object. */
export function headerDigest({ Metadata, ChecksumSHA256 }: DigestHeaders): string | undefined {
  const own = Metadata?.[SHA256];
  if (own !== undefined && HEX.test(own)) return own;
  // A checksum of checksums, of an upload in parts, ends in `-<parts>`.
  if (ChecksumSHA256?.length !== 44) return undefined;
  return Buffer.from(ChecksumSHA256, 'base64').toString('hex');
}

/** The SHA-256 of an object by its headers; undefined where another program wrote it without one. */
export async function digestOf(
  connection: S3Connection,
  key: string,
  headers: DigestHeaders,
): Promise<string | undefined> {
  const id = recordId(headers);
  if (id === undefined) return headerDigest(headers);
  const { Bucket, Key } = connection.at(key);
  const root = rootOf(headers) ?? connection.address.prefix;
  if (!Key.startsWith(root) || !RECORD_ID.test(id)) return undefined;
  const record = root + recordKey(Key.slice(root.length), id);
  const text = await connection.request(key, async (client) => {
    // One byte more than a digest has: a record that others wrote may be of any size.
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: record, Range: 'bytes=0-64' }));
    return await Body?.transformToString();
  });
  return text !== undefined && HEX.test(text) ? text : undefined;
}

/** Metadata are what whoever wrote the object says. */
function rootOf({ Metadata }: DigestHeaders): string | undefined {
  try {
    return Metadata?.[ROOT] === undefined ? undefined : decodeURIComponent(Metadata[ROOT]);
  } catch {
    return undefined;
  }
}

/** Removes records older than `minAgeMs` whose object is gone or is another by now; returns how many. */
export async function removeStrayRecords(connection: S3Connection, minAgeMs: number): Promise<number> {
  const { bucket: Bucket, prefix } = connection.address;
  const Prefix = prefix + DIGEST_RECORDS;
  let removed = 0;
  for (let ContinuationToken: string | undefined; ;) {
    const page = await connection.request(DIGEST_RECORDS, (client) =>
      client.send(
        new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
      ),
    );
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      if (Date.now() - (LastModified?.getTime() ?? Date.now()) < minAgeMs) continue;
      const record = Key.slice(Prefix.length);
      const slash = record.lastIndexOf('/');
      if (slash < 1 || !RECORD_ID.test(record.slice(slash + 1))) continue; // someone else's
      const head = await connection.head(record.slice(0, slash));
      if (head !== undefined && recordId(head) === record.slice(slash + 1)) continue;
      await connection.request(record, (client) => client.send(new DeleteObjectCommand({ Bucket, Key })));
      removed++;
    }
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return removed;
  }
}
