import type { ObjectReader } from '../object-store.js';
import { ObjectRangeError } from '../store-errors.js';
import { CHUNK_BYTES, type ChunkCache } from './chunk-cache.js';
import { readRange } from './read-body.js';
import type { S3Connection } from './s3-connection.js';

export interface OpenedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly sha256: string | undefined;
  /** The last bytes of the object, which came with the answer that told its size. */
  readonly tail: Uint8Array;
}

/**
 * Reads ranges of one version of an object. Files are read at their end (which is here already), a little at
 * their beginning, and then, if at all, from front to back: the first other range is fetched exactly, those
 * after it by chunks, the following one fetched while the last is worked on.
 */
export class S3Reader implements ObjectReader {
  readonly name: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly sha256: string | undefined;
  readonly #connection: S3Connection;
  readonly #key: string;
  readonly #tail: Uint8Array;
  readonly #chunks: ChunkCache;
  #exactReads = 0;

  constructor(connection: S3Connection, chunks: ChunkCache, { key, size, etag, sha256, tail }: OpenedObject) {
    const { bucket, prefix } = connection.address;
    this.name = `s3://${bucket}/${prefix}${key}`;
    this.size = size;
    this.etag = etag;
    this.sha256 = sha256;
    this.#connection = connection;
    this.#chunks = chunks;
    this.#key = key;
    this.#tail = tail;
  }

  async readInto(target: Uint8Array, position: number): Promise<void> {
    const end = position + target.byteLength;
    if (!Number.isSafeInteger(position) || position < 0 || end > this.size) {
      throw new ObjectRangeError(
        `expected a range within ${this.size} bytes, found ${target.byteLength} bytes at ${position} [${this.name}]`,
      );
    }
    if (target.byteLength === 0) return;
    const tailStart = this.size - this.#tail.byteLength;
    if (position >= tailStart) {
      target.set(this.#tail.subarray(position - tailStart, end - tailStart));
    } else if (this.#exactReads === 0 && end - position < CHUNK_BYTES) {
      this.#exactReads++;
      await readRange(this.#connection, target, this.#range(position));
    } else {
      await this.#readChunks(target, position);
    }
  }

  close(): Promise<void> {
    this.#chunks.drop(this);
    return Promise.resolve();
  }

  async #readChunks(target: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < target.byteLength;) {
      const at = position + filled;
      const index = Math.floor(at / CHUNK_BYTES);
      const inOrder = this.#chunks.has(this, index);
      const chunk = this.#chunk(index);
      if (inOrder) void this.#chunk(index + 1);
      const offset = at - index * CHUNK_BYTES;
      const count = Math.min(target.byteLength - filled, CHUNK_BYTES - offset);
      target.set((await chunk).subarray(offset, offset + count), filled);
      filled += count;
    }
  }

  #chunk(index: number): Promise<Uint8Array> {
    return this.#chunks.get(this, index, async () => {
      const start = index * CHUNK_BYTES;
      const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(CHUNK_BYTES, this.size - start)));
      await readRange(this.#connection, bytes, this.#range(start));
      return bytes;
    });
  }

  #range(position: number): { key: string; etag: string | undefined; position: number } {
    return { key: this.#key, etag: this.etag, position };
  }
}
