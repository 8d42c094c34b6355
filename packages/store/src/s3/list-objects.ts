import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ListedObject } from '../object-store.js';
import type { S3Connection } from './s3-connection.js';

/** An object, or a folder: its key ends in '/'. */
interface Entry {
  readonly object: ListedObject;
  readonly bytes: Buffer;
}

/**
 * Objects whose key starts with `folder + startsWith`, in the byte order of their keys, folder by folder: not every
 * server lists in that order (some put `a/x` before `a-b`), and what is sorted here is a page, never all.
 * Names that start with '.' are the store's own.
 */
export async function* listObjects(
  connection: S3Connection,
  folder: string,
  startsWith: string,
  pageKeys?: number,
): AsyncGenerator<ListedObject> {
  let held: Entry[] = [];
  for await (const page of pages(connection, folder, startsWith, pageKeys)) {
    const entries = [...held, ...page.entries].sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    // A server that sorts by names may have `a-b` on its next page where `a/` is on this one.
    const last = page.isLast ? undefined : lastName(page.entries);
    const sure =
      last === undefined ? entries : entries.filter(({ bytes }) => Buffer.compare(bytes, last) <= 0);
    held = entries.slice(sure.length);
    for (const { object } of sure) {
      if (object.key.endsWith('/')) yield* listObjects(connection, object.key, '', pageKeys);
      else yield object;
    }
  }
}

/** Names of the folders directly in a folder. */
export async function* listFolders(
  connection: S3Connection,
  folder: string,
  pageKeys?: number,
): AsyncGenerator<string> {
  for await (const { entries } of pages(connection, folder, '', pageKeys)) {
    for (const { object } of entries) if (object.key.endsWith('/')) yield object.key.slice(folder.length, -1);
  }
}

async function* pages(
  connection: S3Connection,
  folder: string,
  startsWith: string,
  pageKeys?: number,
): AsyncGenerator<{ entries: Entry[]; isLast: boolean }> {
  const { bucket: Bucket, prefix: root } = connection.address;
  for (let ContinuationToken: string | undefined; ;) {
    const command = new ListObjectsV2Command({
      Bucket,
      Prefix: root + folder + startsWith,
      Delimiter: '/',
      ...(pageKeys !== undefined && { MaxKeys: pageKeys }),
      ...(ContinuationToken !== undefined && { ContinuationToken }),
    });
    const page = await connection.request(folder, (client) => client.send(command));
    ContinuationToken = page.NextContinuationToken;
    const folders = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => ({
      key: Prefix,
      size: 0,
      modified: 0,
    }));
    const objects = (page.Contents ?? []).map(({ Key = '', Size = 0, ETag, LastModified }) => ({
      ...{ key: Key, size: Size, modified: LastModified?.getTime() ?? 0 },
      ...(ETag !== undefined && { etag: ETag }),
    }));
    const entries = [...folders, ...objects]
      .map((entry) => ({ ...entry, key: entry.key.slice(root.length) }))
      .filter(({ key }) => key !== folder && !key.startsWith('.', folder.length))
      .map((object) => ({ object, bytes: Buffer.from(object.key) }));
    yield { entries, isLast: ContinuationToken === undefined };
    if (ContinuationToken === undefined) return;
  }
}

function lastName(entries: readonly Entry[]): Buffer | undefined {
  const names = entries.map(({ object, bytes }) =>
    object.key.endsWith('/') ? bytes.subarray(0, -1) : bytes,
  );
  return names.reduce<Buffer | undefined>(
    (last, name) => (last === undefined || Buffer.compare(name, last) > 0 ? name : last),
    undefined,
  );
}
