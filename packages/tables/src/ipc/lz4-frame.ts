/** The bytes are no LZ4 frame, or do not give what was promised. */
export class Lz4Error extends Error {
  override readonly name = 'Lz4Error';
}

const MAGIC = 0x184d_2204;

/**
 * Decodes one LZ4 frame into `target`, which it must fill exactly. Nothing is ever written outside it, so a
 * frame that would grow without end stops there. Checksums are skipped: Arrow writers leave them out.
 * Format: lz4_Frame_format.md 1.6.4, lz4_Block_format.md.
 *
 * @throws Lz4Error
 */
export function decodeLz4Frame(source: Uint8Array, target: Uint8Array): void {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (source.byteLength < 7 || view.getUint32(0, true) !== MAGIC) throw new Lz4Error('no LZ4 frame');
  const flags = view.getUint8(4);
  if (flags >>> 6 !== 1) throw new Lz4Error('unknown version of the LZ4 frame');
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let from = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  let to = 0;
  for (;;) {
    if (from + 4 > source.byteLength) throw new Lz4Error('the LZ4 frame is cut off');
    const header = view.getUint32(from, true);
    from += 4;
    if (header === 0) break;
    const size = header & 0x7fff_ffff;
    if (from + size > source.byteLength) throw new Lz4Error('the LZ4 frame is cut off');
    const block = source.subarray(from, from + size);
    if (header >>> 31 === 1) {
      if (to + size > target.byteLength) throw new Lz4Error('more bytes than promised');
      target.set(block, to);
      to += size;
    } else {
      to = decodeBlock(block, target, to);
    }
    from += size + (hasBlockChecksum ? 4 : 0);
  }
  if (to !== target.byteLength) {
    throw new Lz4Error(`${to} bytes where ${target.byteLength} were promised`);
  }
}

// Sequences of literals and of copies from what was already decoded. Returns the position after the last byte.
function decodeBlock(source: Uint8Array, target: Uint8Array, start: number): number {
  const end = source.byteLength;
  let from = 0;
  let to = start;
  while (from < end) {
    const token = source[from++] as number;
    let literals = token >>> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (from >= end) throw new Lz4Error('a length is cut off');
        more = source[from++] as number;
        literals += more;
      } while (more === 255);
    }
    if (from + literals > end || to + literals > target.byteLength) {
      throw new Lz4Error('literals outside their block');
    }
    if (literals > 32) {
      target.set(source.subarray(from, from + literals), to);
      from += literals;
      to += literals;
    } else {
      for (const stop = from + literals; from < stop;) target[to++] = source[from++] as number;
    }
    // The last sequence has literals alone.
    if (from === end) break;
    if (from + 2 > end) throw new Lz4Error('an offset is cut off');
    const distance = (source[from] as number) | ((source[from + 1] as number) << 8);
    from += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      let more: number;
      do {
        if (from >= end) throw new Lz4Error('a length is cut off');
        more = source[from++] as number;
        length += more;
      } while (more === 255);
    }
    if (distance === 0 || distance > to || to + length > target.byteLength) {
      throw new Lz4Error('a copy from outside what is decoded');
    }
    if (distance >= length && length > 32) {
      target.copyWithin(to, to - distance, to - distance + length);
      to += length;
    } else {
      for (const stop = to + length; to < stop; to++) target[to] = target[to - distance] as number;
    }
  }
  return to;
}
