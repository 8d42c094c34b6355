import { ArrowDamagedError } from '../errors.js';
import type { ArrayLayout, BatchLayout, Region } from './batch-layout.js';

// Texts of views may share bytes, as those of a deduplicated column do; not so often that reading them would take for ever.
const MAX_SHARING = 64;
const SHARING_FREE = 2 ** 20;
const VIEW_BYTES = 16;
const INLINE_BYTES = 12;

/**
 * Checks that the arrays of a batch are no longer than their buffers have room for, and that offsets ascend inside what
 * they point into.
 *
 * @throws ArrowDamagedError
 */
export function refuseBeyond(bytes: Uint8Array, batch: BatchLayout, file: string): void {
  // A reader that does not decompress stops there; one that does checks the lengths it finds.
  if (batch.codec !== null) return;
  const bounds = new Bounds(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), batch, file);
  for (const column of batch.columns) bounds.array(column, batch.rows);
}

class Bounds {
  constructor(
    private readonly view: DataView,
    private readonly batch: BatchLayout,
    private readonly file: string,
  ) {}

  /** `most`: values that an array without buffers of its own may have. */
  array(array: ArrayLayout, most: number): void {
    const { field, length, buffers, children } = array;
    const bytes = buffers.reduce((sum, region) => sum + region.length, 0);
    const hasOwn = !['struct', 'fixed_size_list', 'null', 'run_end_encoded'].includes(this.kind(array));
    if (hasOwn ? length > 8 * bytes : length > most) {
      throw this.damaged(array, `has ${length} values in ${bytes} bytes`);
    }
    if (field.dictionary === null && length > 0) this.offsets(array);
    const { type } = field;
    const inner = type.kind === 'fixed_size_list' ? length * Math.max(0, type.size) : Math.max(length, most);
    for (const child of children) this.array(child, inner);
  }

  private offsets(array: ArrayLayout): void {
    const { buffers, children } = array;
    switch (this.kind(array)) {
      case 'utf8':
      case 'binary':
        this.ascending(array, buffers[1], 4, buffers[2]?.length ?? 0);
        return;
      case 'large_utf8':
      case 'large_binary':
        this.ascending(array, buffers[1], 8, buffers[2]?.length ?? 0);
        return;
      case 'list':
      case 'map':
        this.ascending(array, buffers[1], 4, children[0]?.length ?? 0);
        return;
      case 'large_list':
        this.ascending(array, buffers[1], 8, children[0]?.length ?? 0);
        return;
      case 'binary_view':
      case 'string_view':
        this.views(array);
    }
  }

  private ascending(array: ArrayLayout, offsets: Region | undefined, bytes: 4 | 8, most: number): void {
    if (offsets === undefined || offsets.length < (array.length + 1) * bytes) {
      throw this.damaged(array, `lacks offsets of ${array.length} values`);
    }
    let before = 0;
    for (let i = 0; i <= array.length; i++) {
      const at = offsets.position + i * bytes;
      const offset = bytes === 4 ? this.view.getInt32(at, true) : Number(this.view.getBigInt64(at, true));
      if (offset < before || offset > most) {
        throw this.damaged(array, `has the offset ${offset} after ${before}, in ${most}`);
      }
      before = offset;
    }
  }

  private views(array: ArrayLayout): void {
    const [, views, ...data] = array.buffers;
    if (views === undefined || views.length < array.length * VIEW_BYTES) {
      throw this.damaged(array, `lacks views of ${array.length} values`);
    }
    let read = 0;
    for (let i = 0; i < array.length; i++) {
      const at = views.position + i * VIEW_BYTES;
      const length = this.view.getInt32(at, true);
      read += length;
      if (length < 0) throw this.damaged(array, `has a value of ${length} bytes`);
      if (length <= INLINE_BYTES) continue;
      const buffer = data[this.view.getInt32(at + 8, true)];
      const offset = this.view.getInt32(at + 12, true);
      if (buffer === undefined || offset < 0 || offset + length > buffer.length) {
        throw this.damaged(array, 'has a view of bytes that are not there');
      }
    }
    if (read > MAX_SHARING * this.batch.body.length + SHARING_FREE) {
      throw this.damaged(array, 'has views that share their bytes more often than any writer does');
    }
  }

  private kind({ field }: ArrayLayout): string {
    if (field.dictionary !== null) return 'dictionary';
    return field.type.kind === 'other' ? field.type.name : field.type.kind;
  }

  private damaged({ field }: ArrayLayout, what: string): ArrowDamagedError {
    return new ArrowDamagedError(
      `${this.file}: damaged Arrow file: ${this.batch.place}: column '${field.name}' ${what}`,
    );
  }
}
