import { ArrowDamagedError, ArrowUnsupportedError } from '../errors.js';
import type { ArrowFile } from './arrow-file.js';
import { BatchChecksum } from './batch-checksum.js';
import { CompressionBudget } from './body-buffer.js';
import type { Field } from './field.js';
import { TextBuffers } from './text-buffers.js';
import { openValidity } from './validity.js';

// The most images in one place that anyone has; the dictionary is held in memory.
const MAX_VALUES = 2 ** 24;

/** The values of a dictionary of texts, as bytes. */
export class Dictionary {
  private readonly parts: {
    bytes: Uint8Array;
    offsets: Float64Array;
    first: number;
    valid: Uint8Array | null;
  }[] = [];
  length = 0;

  /**
   * Reads the dictionary of `field`: its first batch and the deltas after it.
   *
   * @throws ArrowDamagedError, ArrowUnsupportedError, BatchTooLargeError
   */
  static async read(file: ArrowFile, field: Field, limit: number): Promise<Dictionary> {
    const dictionary = new Dictionary();
    const budget = new CompressionBudget(limit, file.source.name);
    for (let i = 0; i < file.dictionaries; i++) {
      const batch = await file.dictionaryBatch(i, field);
      if (batch === null) continue;
      const { delta, layout } = batch;
      if (!delta && dictionary.parts.length > 0) {
        throw new ArrowUnsupportedError(
          `${file.source.name}: ${layout.place} replaces the dictionary of '${field.name}', which Arrow's file format does not allow; ` +
            'write the table with table.unify_dictionaries()',
        );
      }
      await BatchChecksum.checkWhole(file.source, layout);
      const [column] = layout.columns;
      if (column === undefined) continue;
      if (dictionary.length + column.length > MAX_VALUES) {
        throw new ArrowUnsupportedError(
          `${file.source.name}: the dictionary of '${field.name}' has more than ${MAX_VALUES} values`,
        );
      }
      const texts = await TextBuffers.open(file.source, layout, column, budget);
      const validity = await openValidity(file.source, layout, column, budget);
      dictionary.parts.push({
        ...(await texts.read(0, column.length)),
        first: dictionary.length,
        valid: validity === null ? null : await validity.read(0, Math.ceil(column.length / 8)),
      });
      dictionary.length += column.length;
    }
    if (dictionary.parts.length === 0) {
      throw new ArrowDamagedError(
        `${file.source.name}: damaged Arrow file: the dictionary of '${field.name}' is missing`,
      );
    }
    return dictionary;
  }

  isNull(index: number): boolean {
    const { valid, first } = this.partOf(index);
    if (valid === null) return false;
    const at = index - first;
    return ((valid[at >>> 3] ?? 0) & (1 << (at & 7))) === 0;
  }

  /** The bytes of value `index`: `bytes[from … to)`. */
  bytesOf(index: number): [bytes: Uint8Array, from: number, to: number] {
    const { bytes, offsets, first } = this.partOf(index);
    return [bytes, offsets[index - first] ?? 0, offsets[index - first + 1] ?? 0];
  }

  private partOf(index: number): (typeof this.parts)[number] {
    const part = this.parts.findLast(({ first }) => first <= index);
    if (part === undefined || index >= this.length) throw new RangeError(`no dictionary value ${index}`);
    return part;
  }
}
