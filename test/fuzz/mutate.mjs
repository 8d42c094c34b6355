import fc from 'fast-check';

/** Numbers at which readers go wrong, as bytes of either order. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Bytes made of a seed input: bits flipped, numbers replaced, pieces cut, doubled, moved and put in from another. */
export function mutated(corpus) {
  const edit = fc.record({
    kind: fc.constantFrom('flip', 'edge', 'cut', 'repeat', 'splice', 'insert', 'truncate', 'none'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 64 }),
    bit: fc.integer({ min: 0, max: 7 }),
    edge: fc.constantFrom(...EDGES),
    other: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 16 }),
  });
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([seed, edits]) => edits.reduce((bytes, how) => apply(Buffer.from(bytes), how, corpus), seed));
}

function apply(bytes, { kind, at, length, bit, edge, other, bytes: more }, corpus) {
  const place = Math.floor(at * bytes.length);
  const end = Math.min(bytes.length, place + length);
  const [before, piece, after] = [bytes.subarray(0, place), bytes.subarray(place, end), bytes.subarray(end)];
  switch (kind) {
    case 'flip':
      if (place < bytes.length) bytes[place] ^= 1 << bit;
      return bytes;
    case 'edge':
      if (place + 4 <= bytes.length) bytes.writeUInt32LE(edge, place);
      return bytes;
    case 'cut':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, piece, piece, after]);
    case 'splice': {
      const from = corpus[other % corpus.length];
      const start = other % Math.max(1, from.length);
      return Buffer.concat([before, from.subarray(start, start + length), after]);
    }
    case 'insert':
      return Buffer.concat([before, Buffer.from(more), bytes.subarray(place)]);
    case 'truncate':
      return before;
    default:
      return bytes;
  }
}
