// Magic number; version 1, independent blocks, no checksums; blocks of at most 4 MiB; checksum of these two bytes.
const HEADER = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73);
const BLOCK = 4 * 2 ** 20;
const END_MARK = 4;

const MIN_MATCH = 4;
const FARTHEST = 0xffff;
/** The last bytes of a block are literals, and no match begins in its last twelve. */
const LAST_LITERALS = 5;
const NO_MATCH_AFTER = 12;
const HASH_BITS = 14;
/** After so many misses in a row the search takes longer steps: bytes that do not compress cost little. */
const SKIP_SHIFT = 6;

const heads = new Int32Array(1 << HASH_BITS);

/**
 * One LZ4 frame of `source`, in blocks of 4 MiB, greedily and the same on every machine. The most it takes is
 * what is left uncompressed, plus 4 bytes a block and 11. Format: lz4_Frame_format.md 1.6.4, lz4_Block_format.md.
 */
export function encodeLz4Frame(source: Uint8Array): Uint8Array {
  const blocks = Math.ceil(source.byteLength / BLOCK);
  // An encoded block of literals alone is a little longer than they are; it is then stored as it is.
  const room = Math.min(source.byteLength, BLOCK);
  const target = new Uint8Array(
    HEADER.length + source.byteLength + 4 * blocks + END_MARK + (room >>> 7) + 16,
  );
  const view = new DataView(target.buffer);
  target.set(HEADER);
  let to = HEADER.length;
  for (let from = 0; from < source.byteLength; from += BLOCK) {
    const block = source.subarray(from, from + BLOCK);
    const end = encodeBlock(block, target, to + 4);
    const size = end - to - 4;
    if (size < block.length) {
      view.setUint32(to, size, true);
      to = end;
    } else {
      view.setUint32(to, (block.length | 0x8000_0000) >>> 0, true);
      target.set(block, to + 4);
      to += 4 + block.length;
    }
  }
  view.setUint32(to, 0, true);
  return target.slice(0, to + END_MARK);
}

/** Writes sequences of literals and copies from at most 64 KiB before. Returns the position after the last byte. */
function encodeBlock(source: Uint8Array, target: Uint8Array, start: number): number {
  const size = source.length;
  const lastMatch = size - NO_MATCH_AFTER;
  const matchEnd = size - LAST_LITERALS;
  heads.fill(-1);
  let to = start;
  let anchor = 0;
  let from = 0;
  let misses = 1 << SKIP_SHIFT;
  while (from < lastMatch) {
    const word = wordAt(source, from);
    const slot = Math.imul(word, 0x9e37_79b1) >>> (32 - HASH_BITS);
    let candidate = heads[slot] as number;
    heads[slot] = from;
    if (candidate < 0 || from - candidate > FARTHEST || wordAt(source, candidate) !== word) {
      from += misses++ >>> SKIP_SHIFT;
      continue;
    }
    misses = 1 << SKIP_SHIFT;
    while (from > anchor && candidate > 0 && source[from - 1] === source[candidate - 1]) {
      from--;
      candidate--;
    }
    let end = from + MIN_MATCH;
    const shift = from - candidate;
    while (end < matchEnd && source[end] === source[end - shift]) end++;
    to = writeSequence(source, anchor, from, target, to, end - from - MIN_MATCH);
    target[to++] = shift & 255;
    target[to++] = shift >>> 8;
    if (end - from - MIN_MATCH >= 15) to = writeLength(target, to, end - from - MIN_MATCH - 15);
    from = anchor = end;
  }
  return writeSequence(source, anchor, size, target, to, 0);
}

/** The token, the length of the literals and the literals; `match` is the length of the copy that follows, less 4. */
function writeSequence(
  source: Uint8Array,
  from: number,
  end: number,
  target: Uint8Array,
  start: number,
  match: number,
): number {
  const literals = end - from;
  let to = start;
  target[to++] = (Math.min(15, literals) << 4) | Math.min(15, match);
  if (literals >= 15) to = writeLength(target, to, literals - 15);
  if (literals > 32) {
    target.set(source.subarray(from, end), to);
    return to + literals;
  }
  for (let at = from; at < end; at++) target[to++] = source[at] as number;
  return to;
}

function writeLength(target: Uint8Array, start: number, length: number): number {
  let to = start;
  let left = length;
  for (; left >= 255; left -= 255) target[to++] = 255;
  target[to++] = left;
  return to;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
