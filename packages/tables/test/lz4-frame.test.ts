import { describe, expect, it } from 'vitest';
import { decodeLz4Frame, Lz4Error } from '../src/ipc/lz4-frame.js';

// Magic, version 1 with independent blocks, blocks of 64 KiB, a header checksum that is not looked at.
const header = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0];
const end = [0, 0, 0, 0];

function decode(bytes: number[], length: number): number[] {
  const target = new Uint8Array(length);
  decodeLz4Frame(Uint8Array.from(bytes), target);
  return Array.from(target);
}

describe('an LZ4 frame', () => {
  it('gives stored blocks as they are', () => {
    expect(decode([...header, 3, 0, 0, 0x80, 7, 8, 9, ...end], 3)).toEqual([7, 8, 9]);
  });

  it('repeats what came before, also where the copy overlaps itself', () => {
    // Two literals, then 4 + 5 bytes from 2 back, then one literal.
    const block = [0x25, 1, 2, 2, 0, 0x10, 3];
    expect(decode([...header, block.length, 0, 0, 0, ...block, ...end], 12)).toEqual([
      1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3,
    ]);
  });

  it('reads long lengths', () => {
    // One literal, then 4 + 15 + 255 + 26 = 300 bytes from 1 back.
    const block = [0x1f, 5, 1, 0, 255, 26, 0x00];
    expect(decode([...header, block.length, 0, 0, 0, ...block, ...end], 301)).toEqual(
      Array<number>(301).fill(5),
    );
  });

  it.each([
    ['no magic', [1, 2, 3, 4, 5, 6, 7, 8], 1],
    ['no end', [...header, 1, 0, 0, 0x80, 7], 1],
    ['a block longer than the frame', [...header, 9, 0, 0, 0, 0x10, 1], 1],
    ['a copy from before the beginning', [...header, 4, 0, 0, 0, 0x10, 1, 2, 0, ...end], 5],
    ['a copy from distance 0', [...header, 4, 0, 0, 0, 0x10, 1, 0, 0, ...end], 5],
    ['more bytes than promised', [...header, 3, 0, 0, 0x80, 7, 8, 9, ...end], 2],
    ['fewer bytes than promised', [...header, 3, 0, 0, 0x80, 7, 8, 9, ...end], 4],
    ['a repetition without end', [...header, 6, 0, 0, 0, 0x1f, 5, 1, 0, 255, 255, ...end], 40],
  ])('is refused with %s', (_, bytes, length) => {
    expect(() => decode(bytes, length)).toThrow(Lz4Error);
  });
});
