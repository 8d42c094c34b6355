import { describe, expect, it } from 'vitest';
import { centredSquares } from '../src/resolve/centred-squares.ts';

const counted = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i);

describe('centredSquares', () => {
  it('leaves square maps where they are', () => {
    const maps = counted(2 * 9);
    expect(centredSquares(maps, { height: 3, width: 3 })).toBe(maps);
  });

  it('takes the middle columns of wide maps, one pixel more to the right where it is not even', () => {
    // Two maps of 2×5: columns 1 and 2 of each row.
    expect([...centredSquares(counted(20), { height: 2, width: 5 })]).toEqual([1, 2, 6, 7, 11, 12, 16, 17]);
  });

  it('takes the middle rows of tall maps', () => {
    expect([...centredSquares(counted(8), { height: 4, width: 2 })]).toEqual([2, 3, 4, 5]);
  });
});
