import { ArrowDamagedError, NullValueError } from '../errors.js';
import type { ArrowFile } from '../ipc/arrow-file.js';
import type { ArrayLayout, BatchLayout } from '../ipc/batch-layout.js';
import { BodyBuffer, type CompressionBudget } from '../ipc/body-buffer.js';
import { asIntegers } from '../ipc/integers.js';
import type { Dictionary } from '../ipc/dictionary.js';
import { TextBuffers } from '../ipc/text-buffers.js';
import type { ImageLabels } from './image-labels.js';

/** Reads image codes of one batch, whatever the type of its image column. */
export interface ImageColumn {
  readInto(codes: Uint32Array, row: number): Promise<void>;
}

/** Opens the image column of one batch. `dictionary` is there when the column has one. */
export async function openImageColumn(
  file: ArrowFile,
  batch: BatchLayout,
  column: ArrayLayout,
  labels: ImageLabels,
  dictionary: ImageDictionary | null,
  budget: CompressionBudget,
): Promise<ImageColumn> {
  const { source } = file;
  const { type, dictionary: index } = column.field;
  const integers = index ?? (type.kind === 'int' ? type : null);
  if (integers === null) {
    const texts = await TextBuffers.open(source, batch, column, budget);
    return {
      async readInto(codes, row) {
        const { bytes, offsets } = await texts.read(row, codes.length);
        for (let i = 0; i < codes.length; i++) {
          codes[i] = labels.codeOf(bytes, offsets[i] as number, offsets[i + 1] as number);
        }
      },
    };
  }
  const width = integers.bits / 8;
  const region = column.buffers[1];
  if (region === undefined) throw new RangeError('no column of integers');
  const buffer = await BodyBuffer.open(source, batch, region, column.length * width, 'image', budget);
  return {
    async readInto(codes, row) {
      const values = asIntegers(await buffer.read(row * width, codes.length * width), integers);
      if (dictionary === null) {
        for (let i = 0; i < codes.length; i++) codes[i] = labels.codeOfInteger(values[i] as number | bigint);
      } else {
        for (let i = 0; i < codes.length; i++) {
          codes[i] = dictionary.codeOf(Number(values[i]), batch.place, row + i);
        }
      }
    },
  };
}

const UNKNOWN = 0xffff_ffff;

/** A dictionary of images: each of its values gets its code when a row first uses it. */
export class ImageDictionary {
  private readonly codes: Uint32Array;

  constructor(
    private readonly file: string,
    private readonly values: Dictionary,
    private readonly labels: ImageLabels,
  ) {
    this.codes = new Uint32Array(values.length).fill(UNKNOWN);
  }

  codeOf(index: number, place: string, row: number): number {
    const known = this.codes[index];
    if (known === undefined) {
      throw new ArrowDamagedError(
        `${this.file}: damaged Arrow file: ${place}, row ${row}: image ${index} of a dictionary of ${this.codes.length}`,
      );
    }
    if (known !== UNKNOWN) return known;
    if (this.values.isNull(index)) {
      throw new NullValueError(
        `${this.file}: ${place}, row ${row}: the image is null; every map needs its image`,
      );
    }
    const [bytes, from, to] = this.values.bytesOf(index);
    return (this.codes[index] = this.labels.codeOf(bytes, from, to));
  }
}
