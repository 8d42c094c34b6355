import { readBytes, type ByteSource } from '../byte-source.js';
import { ArrowDamagedError, BatchTooLargeError } from '../errors.js';
import type { BatchLayout, Codec, Region } from './batch-layout.js';
import { decompress } from './decompress.js';

/** How many bytes the compressed buffers of one batch may give. */
export class CompressionBudget {
  private left: number;

  constructor(
    readonly limit: number,
    private readonly file: string,
  ) {
    this.left = limit;
  }

  /** @throws BatchTooLargeError */
  spend(bytes: number, batch: BatchLayout): void {
    this.left -= bytes;
    if (this.left >= 0) return;
    throw new BatchTooLargeError(
      `${this.file}: ${batch.place} is compressed (${batch.codec ?? ''}) and its columns have more than ${this.limit} bytes, ` +
        'the limit for one compressed batch, which is decompressed in memory. Write the file uncompressed ' +
        "(pyarrow.feather.write_feather(table, path, compression='uncompressed'), or pyarrow.ipc.new_file(path, schema) " +
        'without compression), or in smaller batches (writer.write_table(table, max_chunksize=4096))',
    );
  }
}

/** One buffer of a batch, read by ranges. Compressed ones are decompressed whole on the first read. */
export class BodyBuffer {
  private constructor(
    private readonly source: ByteSource,
    private readonly batch: BatchLayout,
    /** The stored bytes, without the length that stands before a compressed buffer. */
    private readonly region: Region,
    private readonly codec: Codec | null,
    /** Bytes once decompressed. */
    readonly length: number,
    private readonly what: string,
  ) {}

  private decompressed: Promise<Uint8Array> | null = null;

  /**
   * Opens buffer `region` of `batch`, which must hold at least `needed` bytes.
   *
   * @throws ArrowDamagedError, BatchTooLargeError
   */
  static async open(
    source: ByteSource,
    batch: BatchLayout,
    region: Region,
    needed: number,
    what: string,
    budget: CompressionBudget,
  ): Promise<BodyBuffer> {
    let { position, length } = region;
    let codec: Codec | null = null;
    if (batch.codec !== null && length > 0) {
      if (length < 8) throw damaged(source, batch, what, 'is too short for a compressed one');
      const prefix = await readBytes(source, position, 8);
      const stated = Number(new DataView(prefix.buffer).getBigInt64(0, true));
      position += 8;
      length -= 8;
      // −1 marks a buffer that compression would not have made smaller.
      if (stated === -1) {
        region = { position, length };
      } else {
        if (stated < 0) throw damaged(source, batch, what, `states a length of ${stated} bytes`);
        budget.spend(stated, batch);
        // Old writers store also what compression made a little larger.
        if (length > 2 * stated + 1024)
          throw damaged(source, batch, what, `has ${length} bytes for ${stated}`);
        region = { position, length };
        length = stated;
        codec = batch.codec;
      }
    }
    if (length < needed) throw damaged(source, batch, what, `has ${length} bytes where ${needed} are needed`);
    return new BodyBuffer(source, batch, region, codec, length, what);
  }

  /** Fills `target` from byte `offset` of the buffer. */
  async readInto(target: Uint8Array, offset: number): Promise<void> {
    if (target.byteLength === 0) return;
    if (offset + target.byteLength > this.length) {
      throw damaged(this.source, this.batch, this.what, `ends before byte ${offset + target.byteLength}`);
    }
    if (this.codec === null) {
      await this.source.readInto(target, this.region.position + offset);
    } else {
      this.decompressed ??= this.decompressWhole(this.codec);
      const bytes = await this.decompressed;
      target.set(bytes.subarray(offset, offset + target.byteLength));
    }
  }

  /** A copy of a range, aligned for every typed array. */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    await this.readInto(bytes, offset);
    return bytes;
  }

  private async decompressWhole(codec: Codec): Promise<Uint8Array> {
    const stored = await readBytes(this.source, this.region.position, this.region.length);
    const bytes = await decompress(codec, stored, this.length);
    if (bytes === null) {
      throw damaged(
        this.source,
        this.batch,
        this.what,
        `does not decompress (${codec}) to ${this.length} bytes`,
      );
    }
    return bytes;
  }
}

function damaged(source: ByteSource, batch: BatchLayout, what: string, found: string): ArrowDamagedError {
  return new ArrowDamagedError(
    `${source.name}: damaged Arrow file: ${batch.place}: the buffer of ${what} ${found}`,
  );
}
