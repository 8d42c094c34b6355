import type { ObjectReader } from '../object-store.js';
import { ObjectRangeError } from '../store-errors.js';
import { readRange } from './read-body.js';
import type { S3Connection } from './s3-connection.js';
import { SequentialRead } from './sequential-read.js';

export interface OpenedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly sha256: string | undefined;
  /** The last bytes of the object, which came with the answer that told its size. */
  readonly tail: Uint8Array;
}

/**
 * Reads ranges of one version of an object. Its end is here already; a read that goes on where the last one ended begins
 * a sequential read to the object's end, any other range is fetched as it is.
 */
export class S3Reader implements ObjectReader {
  readonly name: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly sha256: string | undefined;
  readonly #connection: S3Connection;
  readonly #key: string;
  readonly #tail: Uint8Array;
  #sequence: SequentialRead | null = null;
  #lastEnd = -1;

  constructor(connection: S3Connection, { key, size, etag, sha256, tail }: OpenedObject) {
    const { bucket, prefix } = connection.address;
    this.name = `s3://${bucket}/${prefix}${key}`;
    this.size = size;
    this.etag = etag;
    this.sha256 = sha256;
    this.#connection = connection;
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
      return;
    }
    const range = { key: this.#key, etag: this.etag, position };
    if (position === this.#lastEnd && this.#sequence === null) {
      this.#sequence = new SequentialRead(this.#connection, range, this.size);
    }
    if (this.#sequence?.isAt(position) === true) {
      await this.#sequence.take(target);
      return;
    }
    this.#lastEnd = end;
    await readRange(this.#connection, target, range);
  }

  close(): Promise<void> {
    this.#sequence?.close();
    this.#sequence = null;
    return Promise.resolve();
  }
}
