// The edge weights max(A[i][j], A[j][i]) in 4×4 blocks on and above the diagonal.

import { BLOCKS, ENDS, TOPS, WEIGHTS } from './layout';

export let blocks: u32 = 0;

/** Where the weights of the current map lie, edge after edge: in blocks from WEIGHTS on, or in the row of a small map. */
export let weightsAt: usize = WEIGHTS;
export let weightsEnd: usize = WEIGHTS;
/** Where the largest of each column of the blocks lie. */
export let topsAt: usize = TOPS;
export let inRow: bool = false;
/** The largest weight of the row. */
export let rowTop: f32 = 0;

/** Blocks from `at` on, with the largest of each of their columns from `tops` on. */
export function useBlocks(at: usize, tops: usize): void {
  weightsAt = at;
  weightsEnd = at + ((<usize>blocks) << 6);
  topsAt = tops;
  inRow = false;
}

export function useRow(at: usize, bytes: usize, top: f32): void {
  rowTop = top;
  weightsAt = at;
  weightsEnd = at + bytes;
  inRow = true;
}

let tabledSide: u32 = 0;

/** Row and column of the block of an edge are looked up, not computed: the table changes with N alone. */
export function tableBlocks(size: u32): void {
  const side = (size + 3) >> 2;
  blocks = (side * (side + 1)) >> 1;
  if (side == tabledSide) return;
  tabledSide = side;
  let at = BLOCKS;
  for (let row: u32 = 0; row < side; row++) {
    for (let column = row; column < side; column++, at += 4) store<u32>(at, row | (column << 16));
  }
}

/** The ends of an edge, (row << 16) | column, from its place among the weights. */
export function edgeEnds(id: u32): u32 {
  if (inRow) return load<u32>(ENDS + ((<usize>id) << 2));
  const block = load<u32>(BLOCKS + ((<usize>(id >> 4)) << 2));
  const row = ((block & 0xffff) << 2) | ((id >> 2) & 3);
  const column = ((block >> 16) << 2) | (id & 3);
  return (row << 16) | column;
}

/** pmax is one machine instruction where max is seven; a NaN past the map's end is masked afterwards. */
function larger(a: v128, b: v128): v128 {
  return f32x4.pmax(a, b);
}

/** Fills WEIGHTS and TOPS; places that are no edge hold −∞. Reads up to 4 rows past the map. */
export function symmetrise(map: usize, size: u32): void {
  const stride = (<usize>size) << 2;
  const side = (size + 3) >> 2;
  const none = f32x4.splat(-Infinity);
  const lanes = i32x4(0, 1, 2, 3);
  const inside = i32x4.lt_s(lanes, i32x4.splat(size - ((side - 1) << 2)));
  const ragged = (size & 3) != 0;
  let to = WEIGHTS;
  let top = TOPS;
  for (let row: u32 = 0; row < side; row++) {
    const diagonal = map + <usize>(row << 2) * stride + <usize>(row << 4);
    let across = diagonal;
    let down = diagonal;
    const last = side - 1;
    for (let column = row; column < side; column++) {
      const c0 = v128.load(down);
      const c1 = v128.load(down + stride);
      const c2 = v128.load(down + 2 * stride);
      const c3 = v128.load(down + 3 * stride);
      const t0 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5);
      const t1 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5);
      const t3 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7);
      let w0 = larger(v128.load(across), v128.shuffle<f64>(t0, t2, 0, 2));
      let w1 = larger(v128.load(across + stride), v128.shuffle<f64>(t0, t2, 1, 3));
      let w2 = larger(v128.load(across + 2 * stride), v128.shuffle<f64>(t1, t3, 0, 2));
      let w3 = larger(v128.load(across + 3 * stride), v128.shuffle<f64>(t1, t3, 1, 3));
      if (column == row) {
        w0 = v128.bitselect(w0, none, i32x4(0, -1, -1, -1));
        w1 = v128.bitselect(w1, none, i32x4(0, 0, -1, -1));
        w2 = v128.bitselect(w2, none, i32x4(0, 0, 0, -1));
        w3 = none;
      }
      if (column == last && ragged) {
        w0 = v128.bitselect(w0, none, inside);
        w1 = v128.bitselect(w1, none, inside);
        w2 = v128.bitselect(w2, none, inside);
        w3 = v128.bitselect(w3, none, inside);
      }
      v128.store(to, w0);
      v128.store(to, w1, 16);
      v128.store(to, w2, 32);
      v128.store(to, w3, 48);
      v128.store(top, larger(larger(w0, w1), larger(w2, w3)));
      to += 64;
      top += 16;
      across += 16;
      down += stride << 2;
    }
  }
}
