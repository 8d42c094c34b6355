import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import { eachLimited, REQUESTS_AT_ONCE } from '@unitscope/base';
import { keySegments } from '../object-key.js';
import type { ListedObject, ObjectInfo, ObjectReader, ObjectStore, ObjectWriter } from '../object-store.js';
import { DigestMismatchError, ObjectNotFoundError, StoreFailureError } from '../store-errors.js';
import { digestOf, headerDigest, recordId, removeStrayRecords } from './object-digest.js';
import { listFolders, listObjects } from './list-objects.js';
import { PartGate } from './part-gate.js';
import { createObject, putObject } from './put-object.js';
import { readRange } from './read-body.js';
import { parseS3Address, type S3Address } from './s3-address.js';
import { S3Connection } from './s3-connection.js';
import { S3Reader } from './s3-reader.js';
import { PART_BYTES, S3Writer } from './s3-writer.js';

/** At 8 MiB each, what a store holds of writers beside what its callers hold; of a reader see SequentialRead. */
const PARTS_AT_ONCE = 4;
/** Larger ones are put in parts, several at once. */
const SINGLE_PUT_BYTES = 64 << 20;
const TAIL_BYTES = 64 << 10;

/** Opens a bucket, or a prefix of one, as a store, and asks the server whether it can be used. */
export async function openS3Store(
  address: string,
  options: { readonly pageKeys?: number } = {},
): Promise<ObjectStore> {
  const store = new S3Store(parseS3Address(address, process.env), options.pageKeys);
  await store.check();
  return store;
}

class S3Store implements ObjectStore {
  readonly uri: string;
  readonly #address: S3Address;
  readonly #connection: S3Connection;
  readonly #gate = new PartGate(PARTS_AT_ONCE);

  /** `pageKeys`: most keys of a page of a list; default: as many as the server gives. */
  constructor(
    address: S3Address,
    private readonly pageKeys?: number,
  ) {
    this.uri = address.uri;
    this.#address = address;
    this.#connection = new S3Connection(address);
  }

  check(): Promise<void> {
    return this.#connection.check();
  }

  async put(key: string, bytes: Uint8Array): Promise<ObjectInfo> {
    keySegments(key);
    if (bytes.byteLength <= SINGLE_PUT_BYTES) return await putObject(this.#connection, key, bytes);
    const writer = new S3Writer(this.#connection, key, this.#gate);
    try {
      for (let at = 0; at < bytes.byteLength; at += PART_BYTES)
        await writer.write(bytes.subarray(at, at + PART_BYTES));
      return await writer.commit();
    } catch (error) {
      await writer.abort().catch(() => undefined);
      throw error;
    }
  }

  async create(key: string, bytes: Uint8Array): Promise<ObjectInfo | undefined> {
    keySegments(key);
    return await createObject(this.#connection, key, bytes);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a bad key is a rejection, as everywhere
  async createWriter(key: string): Promise<ObjectWriter> {
    keySegments(key);
    return new S3Writer(this.#connection, key, this.#gate);
  }

  async get(key: string): Promise<Uint8Array> {
    keySegments(key);
    return await this.#twice(() => this.#get(key));
  }

  async #get(key: string): Promise<Uint8Array> {
    const command = new GetObjectCommand(this.#connection.at(key));
    const answer = await this.#connection.request(key, (client) => client.send(command));
    const known = digestOf(this.#connection, key, answer);
    known.catch(() => undefined);
    const bytes = Buffer.allocUnsafeSlow(answer.ContentLength ?? 0);
    const hash = createHash('sha256');
    await readRange(this.#connection, bytes, { key, etag: answer.ETag, position: 0 }, answer, (chunk) => {
      hash.update(chunk);
    });
    this.#compare(key, await known, hash.digest('hex'));
    return bytes;
  }

  async verify(key: string): Promise<boolean> {
    keySegments(key);
    return await this.#twice(() => this.#verify(key));
  }

  /** A digest that differs may be of a bit that was lost on the way: the object is damaged where it differs again. */
  async #twice<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DigestMismatchError)) throw error;
      return await read();
    }
  }

  async #verify(key: string): Promise<boolean> {
    const head = await this.#connection.head(key);
    if (head === undefined) throw new ObjectNotFoundError(this.uri, key);
    const { ETag: etag, ContentLength: size = 0 } = head;
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafeSlow(Math.min(size, PART_BYTES));
    for (let position = 0; position < size; position += piece.byteLength) {
      const part = piece.subarray(0, Math.min(piece.byteLength, size - position));
      await readRange(this.#connection, part, { key, etag, position });
      hash.update(part);
    }
    return this.#compare(key, await digestOf(this.#connection, key, head), hash.digest('hex'));
  }

  async open(key: string): Promise<ObjectReader> {
    keySegments(key);
    const answer = await this.#tail(key);
    const length = answer?.ContentLength ?? 0;
    const size = Number(answer?.ContentRange?.split('/')[1] ?? length);
    const etag = answer?.ETag;
    const tail = new Uint8Array(Math.min(length, TAIL_BYTES));
    await readRange(this.#connection, tail, { key, etag, position: size - tail.byteLength }, answer);
    const sha256 = answer && headerDigest(answer);
    return new S3Reader(this.#connection, { key, size, etag, sha256, tail });
  }

  /** The answer to a GET of the last bytes; undefined where the object is empty. */
  async #tail(key: string): Promise<GetObjectCommandOutput | undefined> {
    const at = this.#connection.at(key);
    const ask = (Range: string) =>
      this.#connection.attempt(key, [416], (client) => client.send(new GetObjectCommand({ ...at, Range })));
    const found = await ask(`bytes=-${TAIL_BYTES}`);
    if (typeof found !== 'number') return found;
    // 416: of an empty object there is no range; but a server may say so by mistake, or not know of ranges from the end.
    const head = await this.#connection.head(key);
    if (head === undefined) throw new ObjectNotFoundError(this.uri, key);
    const { ContentLength: size = 0 } = head;
    if (size === 0) return undefined;
    const again = await ask(`bytes=${Math.max(0, size - TAIL_BYTES)}-${size - 1}`);
    if (typeof again !== 'number') return again;
    throw new StoreFailureError(
      `the S3 server says of an object of ${size} bytes that it has no last ones (HTTP 416) [store=${this.uri}, key=${key}]`,
    );
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    keySegments(key);
    const head = await this.#connection.head(key);
    if (head === undefined) return undefined;
    const sha256 = await digestOf(this.#connection, key, head);
    const info = { key, size: head.ContentLength ?? 0 };
    return sha256 === undefined ? info : { ...info, sha256 };
  }

  async *list(prefix: string): AsyncGenerator<ListedObject> {
    const folders = prefix.split('/').slice(0, -1).join('/');
    if (folders !== '') keySegments(folders);
    const slash = prefix.lastIndexOf('/') + 1;
    yield* listObjects(this.#connection, prefix.slice(0, slash), prefix.slice(slash), this.pageKeys);
  }

  async *folders(folder: string): AsyncGenerator<string> {
    if (folder !== '') keySegments(folder.slice(0, -1));
    yield* listFolders(this.#connection, folder, this.pageKeys);
  }

  async delete(key: string): Promise<void> {
    keySegments(key);
    const command = new DeleteObjectCommand(this.#connection.at(key));
    await this.#connection.request(key, (client) => client.send(command));
  }

  async own(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    await eachLimited(keys, REQUESTS_AT_ONCE, async (key) => {
      keySegments(key);
      const head = await this.#connection.head(key);
      if (head !== undefined && (recordId(head) ?? headerDigest(head)) !== undefined) found.add(key);
    });
    return found;
  }

  async removeAbandonedWrites(
    minAgeMs: number,
    isOurs: (key: string) => boolean = () => true,
  ): Promise<number> {
    const { bucket: Bucket, prefix: Prefix } = this.#address;
    let removed = 0;
    let marker: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (;;) {
      const page = await this.#connection.request('', (client) =>
        client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...marker })),
      );
      for (const upload of page.Uploads ?? []) {
        if (!isOurs(upload.Key?.slice(Prefix.length) ?? '')) continue;
        if (Date.now() - (await this.#lastWrite(upload, minAgeMs)) < minAgeMs) continue;
        const { Key, UploadId } = upload;
        const command = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
        await this.#connection.attempt(Key ?? '', [404], (client) => client.send(command));
        removed++;
      }
      if (page.IsTruncated !== true || page.NextKeyMarker === undefined) break;
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      marker = { KeyMarker, ...(UploadIdMarker !== undefined && { UploadIdMarker }) };
    }
    return removed + (await removeStrayRecords(this.#connection, minAgeMs));
  }

  /** When a part of the upload last came: a living writer's upload may have begun long ago. */
  async #lastWrite({ Key, UploadId, Initiated }: MultipartUpload, minAgeMs: number): Promise<number> {
    const begun = Initiated?.getTime() ?? 0;
    if (Date.now() - begun < minAgeMs) return begun;
    let last = begun;
    for (let PartNumberMarker: string | undefined; ;) {
      const command = new ListPartsCommand({
        Bucket: this.#address.bucket,
        Key,
        UploadId,
        ...(PartNumberMarker !== undefined && { PartNumberMarker }),
      });
      const page = await this.#connection.attempt(Key ?? '', [404], (client) => client.send(command));
      if (typeof page === 'number') return last; // completed meanwhile
      for (const { LastModified } of page.Parts ?? []) last = Math.max(last, LastModified?.getTime() ?? 0);
      if (page.IsTruncated !== true) return last;
      PartNumberMarker = page.NextPartNumberMarker;
    }
  }

  #compare(key: string, expected: string | undefined, found: string): boolean {
    if (expected === undefined) return false;
    if (expected !== found) throw new DigestMismatchError(this.uri, key, expected, found);
    return true;
  }
}
