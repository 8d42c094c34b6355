import { createHash, type Hash } from 'node:crypto';
import { readBytes, type ByteSource } from '../byte-source.js';
import { DigestMismatchError } from '../errors.js';
import type { ArrayLayout, BatchLayout } from './batch-layout.js';

/** Metadata of a message: the SHA-256 of the batch, its outline and then its body, in hex. */
export const DIGEST_KEY = 'unitscope.sha256';

const CHUNK = 2 ** 20;

/**
 * Checks the body of one batch against the digest in its message while its maps stream by: what lies before
 * them is hashed at the start, what lies after at the end, so that the maps are read once.
 */
export class BatchDigest {
  private constructor(
    private readonly source: ByteSource,
    private readonly batch: BatchLayout,
    private readonly expected: string,
    private readonly hash: Hash,
    private next: number,
  ) {}

  /** Null where the batch carries no digest, as files of other programs. */
  static async open(source: ByteSource, batch: BatchLayout, map: ArrayLayout): Promise<BatchDigest | null> {
    const digest = BatchDigest.of(source, batch);
    await digest?.skipTo(map.children[0]?.buffers[1]?.position ?? batch.body.position);
    return digest;
  }

  /** Checks a whole batch at once. @throws DigestMismatchError */
  static async checkWhole(source: ByteSource, batch: BatchLayout): Promise<void> {
    await BatchDigest.of(source, batch)?.check();
  }

  private static of(source: ByteSource, batch: BatchLayout): BatchDigest | null {
    const expected = batch.metadata.get(DIGEST_KEY);
    if (expected === undefined || batch.codec !== null) return null;
    const hash = createHash('sha256').update(batch.outline);
    return new BatchDigest(source, batch, expected, hash, batch.body.position);
  }

  update(maps: Uint8Array): void {
    this.hash.update(maps);
    this.next += maps.byteLength;
  }

  /** @throws DigestMismatchError */
  async check(): Promise<void> {
    await this.skipTo(this.batch.body.position + this.batch.body.length);
    const found = this.hash.digest('hex');
    if (found === this.expected) return;
    throw new DigestMismatchError(
      `${this.source.name}: ${this.batch.place}: expected the SHA-256 ${this.expected}, found ${found}: the stored bytes have changed`,
    );
  }

  private async skipTo(end: number): Promise<void> {
    while (this.next < end) {
      const bytes = await readBytes(this.source, this.next, Math.min(CHUNK, end - this.next));
      this.update(bytes);
    }
  }
}
