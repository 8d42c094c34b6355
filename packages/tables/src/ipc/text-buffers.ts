import { isUtf8 } from 'node:buffer';
import type { ByteSource } from '../byte-source.js';
import { ArrowDamagedError, ArrowUnsupportedError } from '../errors.js';
import type { ArrayLayout, BatchLayout } from './batch-layout.js';
import { BodyBuffer, type CompressionBudget } from './body-buffer.js';

// The labels of one block of rows; a label is a name, and the block must fit in memory.
const MAX_TEXT = 64 * 2 ** 20;

/** The values of a utf8 or large_utf8 array, read by ranges of rows. */
export class TextBuffers {
  private constructor(
    private readonly source: ByteSource,
    private readonly batch: BatchLayout,
    private readonly name: string,
    private readonly wide: boolean,
    private readonly offsets: BodyBuffer,
    private readonly data: BodyBuffer,
  ) {}

  static async open(
    source: ByteSource,
    batch: BatchLayout,
    column: ArrayLayout,
    budget: CompressionBudget,
  ): Promise<TextBuffers> {
    const wide = column.field.type.kind === 'large_utf8';
    const { name } = column.field;
    const [, offsets, data] = column.buffers;
    if (offsets === undefined || data === undefined) throw new RangeError(`column ${name} is no text`);
    // An empty array may leave its offsets out.
    const needed = column.length === 0 ? 0 : (column.length + 1) * (wide ? 8 : 4);
    return new TextBuffers(
      source,
      batch,
      name,
      wide,
      await BodyBuffer.open(source, batch, offsets, needed, `the offsets of '${name}'`, budget),
      await BodyBuffer.open(source, batch, data, 0, `'${name}'`, budget),
    );
  }

  /** The bytes of `count` rows from `row`: row i is `bytes[offsets[i] … offsets[i + 1])`. */
  async read(row: number, count: number): Promise<{ bytes: Uint8Array; offsets: Float64Array }> {
    const offsets = new Float64Array(count + 1);
    if (count === 0) return { bytes: new Uint8Array(0), offsets };
    const width = this.wide ? 8 : 4;
    const stored = await this.offsets.read(row * width, (count + 1) * width);
    if (this.wide) {
      const wide = new BigInt64Array(stored.buffer);
      for (let i = 0; i <= count; i++) offsets[i] = Number(wide[i]);
    } else {
      offsets.set(new Int32Array(stored.buffer));
    }
    const first = offsets[0] as number;
    const last = offsets[count] as number;
    let before = Math.max(first, 0);
    for (let i = 0; i <= count; i++) {
      const offset = offsets[i] as number;
      if (offset < before) {
        throw new ArrowDamagedError(
          `${this.source.name}: damaged Arrow file: ${this.batch.place}, row ${row + i}: the offsets of '${this.name}' go back`,
        );
      }
      before = offset;
      offsets[i] = offset - first;
    }
    if (last - first > MAX_TEXT) {
      throw new ArrowUnsupportedError(
        `${this.source.name}: ${this.batch.place}: the texts of '${this.name}' have more than ${MAX_TEXT} bytes in ${count} rows`,
      );
    }
    const bytes = await this.data.read(first, last - first);
    if (!isUtf8(bytes)) {
      throw new ArrowDamagedError(
        `${this.source.name}: damaged Arrow file: ${this.batch.place}: the texts of '${this.name}' are not UTF-8`,
      );
    }
    return { bytes, offsets };
  }
}
