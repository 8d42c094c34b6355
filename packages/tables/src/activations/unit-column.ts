import type { ByteSource } from '../byte-source.js';
import { NullValueError, UnitRangeError } from '../errors.js';
import type { ArrayLayout, BatchLayout } from '../ipc/batch-layout.js';
import { BodyBuffer, type CompressionBudget } from '../ipc/body-buffer.js';
import { asIntegers } from '../ipc/integers.js';
import { firstNull } from '../ipc/validity.js';

/** The units of one batch, read by ranges of rows. */
export class UnitColumn {
  private constructor(
    private readonly source: ByteSource,
    private readonly batch: BatchLayout,
    private readonly type: Parameters<typeof asIntegers>[1],
    private readonly buffer: BodyBuffer,
  ) {}

  /** @throws ArrowDamagedError, NullValueError, BatchTooLargeError */
  static async open(
    source: ByteSource,
    batch: BatchLayout,
    column: ArrayLayout,
    budget: CompressionBudget,
  ): Promise<UnitColumn> {
    const { type } = column.field;
    const region = column.buffers[1];
    if (type.kind !== 'int' || region === undefined) throw new RangeError('no column of integers');
    await refuseNulls(source, batch, column, 'unit', budget);
    const needed = (column.length * type.bits) / 8;
    const buffer = await BodyBuffer.open(source, batch, region, needed, "'unit'", budget);
    return new UnitColumn(source, batch, type, buffer);
  }

  /** @throws UnitRangeError */
  async readInto(units: Uint32Array, row: number): Promise<void> {
    const width = this.type.bits / 8;
    const values = asIntegers(await this.buffer.read(row * width, units.length * width), this.type);
    for (let i = 0; i < units.length; i++) {
      const value = values[i] as number | bigint;
      if (value < 0 || value > 0xffff_ffff) {
        throw new UnitRangeError(
          `${this.source.name}: ${this.batch.place}, row ${row + i}: unit ${value.toString()}, expected a channel index from 0 to 4294967295`,
        );
      }
      units[i] = Number(value);
    }
  }
}

/** @throws NullValueError naming the first row without a value */
export async function refuseNulls(
  source: ByteSource,
  batch: BatchLayout,
  column: ArrayLayout,
  what: string,
  budget: CompressionBudget,
): Promise<void> {
  const row = await firstNull(source, batch, column, budget);
  if (row < 0) return;
  throw new NullValueError(
    `${source.name}: ${batch.place}, row ${row}: the ${what} is null; every map needs its ${what}`,
  );
}
