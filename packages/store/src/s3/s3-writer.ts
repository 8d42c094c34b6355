import { createHash, randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import type { ObjectInfo, ObjectWriter } from '../object-store.js';
import { StoreFailureError } from '../store-errors.js';
import { recordId, recordKey, recordMetadata } from './object-digest.js';
import type { PartGate } from './part-gate.js';
import { putObject } from './put-object.js';
import type { S3Connection } from './s3-connection.js';

/** All parts but the last are of one size, as some servers demand; 10,000 of them are the most S3 takes: 80 GB. */
export const PART_BYTES = 8 << 20;
const MAX_PARTS = 10_000;
const FIRST_BUFFER = 64 << 10;

/** Sends parts while more is written; an object that fits one part is put whole. */
export class S3Writer implements ObjectWriter {
  readonly #connection: S3Connection;
  readonly #key: string;
  readonly #gate: PartGate;
  readonly #hash = createHash('sha256');
  readonly #record = randomUUID();
  readonly #parts: CompletedPart[] = [];
  readonly #sending = new Set<Promise<void>>();
  #buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
  #filled = 0;
  #size = 0;
  #upload: string | undefined;
  #failure: Error | undefined;

  constructor(connection: S3Connection, key: string, gate: PartGate) {
    this.#connection = connection;
    this.#key = key;
    this.#gate = gate;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#size += chunk.byteLength;
    for (let taken = 0; taken < chunk.byteLength;) {
      const count = Math.min(chunk.byteLength - taken, PART_BYTES - this.#filled);
      this.#reserve(this.#filled + count);
      this.#buffer.set(chunk.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled === PART_BYTES) await this.#sendPart();
    }
  }

  async commit(): Promise<ObjectInfo> {
    if (this.#upload === undefined) {
      return await putObject(this.#connection, this.#key, this.#buffer.subarray(0, this.#filled));
    }
    if (this.#filled > 0) await this.#sendPart();
    await Promise.all(this.#sending);
    if (this.#failure !== undefined) throw this.#failure;
    const sha256 = this.#hash.digest('hex');
    await putObject(this.#connection, recordKey(this.#key, this.#record), Buffer.from(sha256));
    await this.#complete(this.#upload);
    return { key: this.#key, size: this.#size, sha256 };
  }

  async abort(): Promise<void> {
    await Promise.all(this.#sending);
    const UploadId = this.#upload;
    if (UploadId === undefined) return;
    const command = new AbortMultipartUploadCommand({ ...this.#connection.at(this.#key), UploadId });
    await this.#connection.attempt(this.#key, [404], (client) => client.send(command));
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(PART_BYTES, Math.max(bytes, 2 * this.#buffer.length)));
    larger.set(this.#buffer.subarray(0, this.#filled));
    this.#buffer = larger;
  }

  async #sendPart(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const Body = this.#buffer.subarray(0, this.#filled);
    this.#buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
    this.#filled = 0;
    const PartNumber = this.#parts.length + 1;
    if (PartNumber > MAX_PARTS) {
      throw new StoreFailureError(
        `the object would be larger than S3 takes in parts of ${PART_BYTES} bytes, ${PART_BYTES * MAX_PARTS}: ` +
          `measure fewer images a category [store=${this.#connection.address.uri}, key=${this.#key}]`,
      );
    }
    this.#upload ??= await this.#begin();
    const command = new UploadPartCommand({
      ...this.#connection.at(this.#key),
      UploadId: this.#upload,
      PartNumber,
      Body,
    });
    const part: CompletedPart = { PartNumber };
    this.#parts.push(part);
    await this.#gate.enter();
    const sent = this.#connection
      .request(this.#key, (client) => client.send(command))
      .then(
        ({ ETag }) => {
          if (ETag !== undefined) part.ETag = ETag;
        },
        (error: unknown) => {
          this.#failure ??= error as Error;
        },
      )
      .finally(() => {
        this.#gate.leave();
        this.#sending.delete(sent);
      });
    this.#sending.add(sent);
  }

  async #begin(): Promise<string> {
    const { UploadId } = await this.#connection.request(this.#key, (client) =>
      client.send(
        new CreateMultipartUploadCommand({
          ...this.#connection.at(this.#key),
          Metadata: recordMetadata(this.#record, this.#connection.address.prefix),
        }),
      ),
    );
    if (UploadId === undefined) {
      throw new StoreFailureError(
        `the S3 server began an upload without an id [store=${this.#connection.address.uri}, key=${this.#key}]`,
      );
    }
    return UploadId;
  }

  async #complete(UploadId: string): Promise<void> {
    const command = new CompleteMultipartUploadCommand({
      ...this.#connection.at(this.#key),
      UploadId,
      MultipartUpload: { Parts: this.#parts },
    });
    const answer = await this.#connection.attempt(this.#key, [404], (client) => client.send(command));
    if (answer !== 404) return;
    // An answer that was lost makes the client ask again, and find the upload over.
    const head = await this.#connection.head(this.#key);
    if (head !== undefined && recordId(head) === this.#record) return;
    throw new StoreFailureError(
      `the upload was removed before it was complete [store=${this.#connection.address.uri}, key=${this.#key}]`,
    );
  }
}
