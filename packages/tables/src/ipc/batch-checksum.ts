import { crc32 } from 'node:zlib';
import { readBytes, type ByteSource } from '../byte-source.js';
import { ChecksumMismatchError } from '../errors.js';
import type { ArrayLayout, BatchLayout } from './batch-layout.js';

/**
 * Metadata of a message: the CRC-32 of the batch, its outline and then its body as stored, in hex. It is there to notice
 * damage in a range of the object at the speed of memory; the object has a SHA-256 as a whole.
 */
export const CHECKSUM_KEY = 'unitscope.crc32';

const CHUNK = 2 ** 20;

/** The checksum of a batch: of its outline, then of its body in pieces. */
export function checksumOf(outline: string, body: Iterable<Uint8Array>): string {
  let sum = crc32(Buffer.from(outline));
  for (const piece of body) sum = crc32(piece, sum);
  return hex(sum);
}

/**
 * Checks the body of one batch against the checksum in its message while its maps stream by: what lies before
 * them is taken at the start, what lies after at the end, so that the maps are read once.
 */
export class BatchChecksum {
  private constructor(
    private readonly source: ByteSource,
    private readonly batch: BatchLayout,
    private readonly expected: string,
    private sum: number,
    private next: number,
  ) {}

  /**
   * Null where the batch carries no checksum, as files of other programs, and for a compressed one, which is
   * decompressed whole and so checked whole, here.
   *
   * @throws ChecksumMismatchError
   */
  static async open(source: ByteSource, batch: BatchLayout, map: ArrayLayout): Promise<BatchChecksum | null> {
    const checksum = BatchChecksum.of(source, batch);
    if (batch.codec === null) {
      await checksum?.skipTo(map.children[0]?.buffers[1]?.position ?? batch.body.position);
      return checksum;
    }
    await checksum?.check();
    return null;
  }

  /** Checks a whole batch at once. @throws ChecksumMismatchError */
  static async checkWhole(source: ByteSource, batch: BatchLayout): Promise<void> {
    await BatchChecksum.of(source, batch)?.check();
  }

  private static of(source: ByteSource, batch: BatchLayout): BatchChecksum | null {
    const expected = batch.metadata.get(CHECKSUM_KEY);
    if (expected === undefined) return null;
    return new BatchChecksum(source, batch, expected, crc32(Buffer.from(batch.outline)), batch.body.position);
  }

  update(maps: Uint8Array): void {
    this.sum = crc32(maps, this.sum);
    this.next += maps.byteLength;
  }

  /** @throws ChecksumMismatchError */
  async check(): Promise<void> {
    await this.skipTo(this.batch.body.position + this.batch.body.length);
    const found = hex(this.sum);
    if (found === this.expected) return;
    throw new ChecksumMismatchError(
      `${this.source.name}: ${this.batch.place}: expected the CRC-32 ${this.expected}, found ${found}: the stored bytes have changed`,
    );
  }

  private async skipTo(end: number): Promise<void> {
    while (this.next < end) {
      const bytes = await readBytes(this.source, this.next, Math.min(CHUNK, end - this.next));
      this.update(bytes);
    }
  }
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
