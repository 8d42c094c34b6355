import type { ByteSource } from '../byte-source.js';
import { ArrowDamagedError, NullValueError } from '../errors.js';
import type { ArrayLayout, BatchLayout } from '../ipc/batch-layout.js';
import { BodyBuffer, type CompressionBudget } from '../ipc/body-buffer.js';
import { firstNull } from '../ipc/validity.js';
import { widenFloat16s } from './float16.js';

/** The maps of one batch, read by ranges of rows straight into the caller's floats. */
export class MapColumn {
  private constructor(
    private readonly buffer: BodyBuffer,
    private readonly floatsPerMap: number,
    private readonly bits: 16 | 32,
  ) {}

  /** @throws ArrowDamagedError, NullValueError, BatchTooLargeError */
  static async open(
    source: ByteSource,
    batch: BatchLayout,
    column: ArrayLayout,
    floatsPerMap: number,
    bits: 16 | 32,
    budget: CompressionBudget,
  ): Promise<MapColumn> {
    const [values] = column.children;
    const region = values?.buffers[1];
    if (values === undefined || region === undefined) throw new RangeError('no column of lists');
    const floats = batch.rows * floatsPerMap;
    if (values.length < floats) {
      throw new ArrowDamagedError(
        `${source.name}: damaged Arrow file: ${batch.place}: ${values.length} floats for ${batch.rows} maps of ${floatsPerMap}`,
      );
    }
    const nullMap = await firstNull(source, batch, column, budget);
    if (nullMap >= 0) {
      throw new NullValueError(
        `${source.name}: ${batch.place}, row ${nullMap}: the map is null, expected a map in every row; leave out rows that have none`,
      );
    }
    const nullFloat = await firstNull(source, batch, values, budget);
    if (nullFloat >= 0) {
      throw new NullValueError(
        `${source.name}: ${batch.place}, row ${Math.floor(nullFloat / floatsPerMap)}: value ${nullFloat % floatsPerMap} of the map is null, expected a finite float`,
      );
    }
    const buffer = await BodyBuffer.open(source, batch, region, (floats * bits) / 8, "'map'", budget);
    return new MapColumn(buffer, floatsPerMap, bits);
  }

  /** Fills `maps` with whole maps from `row` of the batch. */
  async readInto(maps: Float32Array, row: number): Promise<Uint8Array> {
    const first = row * this.floatsPerMap;
    if (this.bits === 32) {
      const bytes = new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength);
      await this.buffer.readInto(bytes, first * 4);
      return bytes;
    }
    const halves = await this.buffer.read(first * 2, maps.length * 2);
    widenFloat16s(new Uint16Array(halves.buffer), maps);
    return halves;
  }
}
