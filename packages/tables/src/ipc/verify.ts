/**
 * A verifier of FlatBuffers, as the C++ library has one and the JavaScript library has not: after it, every
 * offset, length and string that the generated accessors follow lies inside the bytes, and the whole can be
 * walked in a number of steps proportional to its length.
 */

/** What one slot of a table holds. */
export type SlotShape =
  | { readonly kind: 'scalar'; readonly bytes: 1 | 2 | 4 | 8 }
  | { readonly kind: 'string' }
  | { readonly kind: 'table'; readonly of: () => TableShape }
  | { readonly kind: 'tables'; readonly of: () => TableShape }
  | { readonly kind: 'structs'; readonly bytes: number }
  /** A union: its type is the scalar of the slot before. */
  | { readonly kind: 'union'; readonly of: readonly (TableShape | undefined)[] };

/** The slots of a table, in the order of the schema. */
export type TableShape = readonly SlotShape[];

/** The bytes are no FlatBuffer of the expected shape. */
export class FlatBufferError extends Error {
  override readonly name = 'FlatBufferError';
}

const MAX_DEPTH = 64;

/** @throws FlatBufferError */
export function verifyFlatBuffer(bytes: Uint8Array, root: TableShape): void {
  const verifier = new Verifier(bytes);
  verifier.table(verifier.offsetAt(0), root, 0);
}

class Verifier {
  private readonly view: DataView;
  // A file may point to one table from many places; the budget bounds the walk over all of them.
  private budget: number;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.budget = 8 * bytes.byteLength + 1024;
  }

  /** The position to which the unsigned offset at `position` points. */
  offsetAt(position: number): number {
    this.within(position, 4);
    const offset = this.view.getUint32(position, true);
    // The accessors read offsets as signed.
    if (offset === 0 || offset > 0x7fff_ffff) throw new FlatBufferError(`bad offset at byte ${position}`);
    return position + offset;
  }

  table(position: number, shape: TableShape, depth: number): void {
    if (depth > MAX_DEPTH) throw new FlatBufferError(`tables nested deeper than ${MAX_DEPTH}`);
    this.within(position, 4);
    const vtable = position - this.view.getInt32(position, true);
    this.within(vtable, 4);
    const vtableSize = this.view.getUint16(vtable, true);
    const tableSize = this.view.getUint16(vtable + 2, true);
    // The accessors read both as signed 16-bit numbers.
    if (
      vtableSize < 4 ||
      vtableSize % 2 !== 0 ||
      vtableSize > 0x7fff ||
      tableSize < 4 ||
      tableSize > 0x7fff
    ) {
      throw new FlatBufferError(`bad table at byte ${position}`);
    }
    this.within(vtable, vtableSize);
    this.within(position, tableSize);
    this.spend(tableSize);
    const slotOf = (slot: number): number => {
      const entry = 4 + 2 * slot;
      return entry < vtableSize ? this.view.getUint16(vtable + entry, true) : 0;
    };
    for (const [slot, what] of shape.entries()) {
      const offset = slotOf(slot);
      if (offset === 0) continue;
      const bytes = what.kind === 'scalar' ? what.bytes : 4;
      if (offset < 4 || offset + bytes > tableSize) {
        throw new FlatBufferError(`slot ${slot} outside its table at byte ${position}`);
      }
      if (what.kind === 'union') {
        const typeOffset = slotOf(slot - 1);
        const type = typeOffset === 0 ? 0 : this.view.getUint8(position + typeOffset);
        const member = what.of[type];
        if (member === undefined) throw new FlatBufferError(`unknown union member ${type}`);
        this.table(this.offsetAt(position + offset), member, depth + 1);
      } else {
        this.slot(position + offset, what, depth);
      }
    }
  }

  private slot(position: number, shape: Exclude<SlotShape, { kind: 'union' }>, depth: number): void {
    if (shape.kind === 'scalar') return;
    const target = this.offsetAt(position);
    if (shape.kind === 'table') {
      this.table(target, shape.of(), depth + 1);
      return;
    }
    this.within(target, 4);
    const length = this.view.getUint32(target, true);
    const bytes = shape.kind === 'string' ? 1 : shape.kind === 'structs' ? shape.bytes : 4;
    this.within(target + 4, length * bytes);
    this.spend(length * bytes);
    if (shape.kind === 'tables') {
      const of = shape.of();
      for (let i = 0; i < length; i++) this.table(this.offsetAt(target + 4 + 4 * i), of, depth + 1);
    }
  }

  private within(position: number, length: number): void {
    if (position < 0 || position + length > this.view.byteLength) {
      throw new FlatBufferError(`byte ${position} to ${position + length} is outside`);
    }
  }

  private spend(bytes: number): void {
    this.budget -= bytes + 4;
    if (this.budget < 0) throw new FlatBufferError('its tables are shared more often than any writer does');
  }
}
