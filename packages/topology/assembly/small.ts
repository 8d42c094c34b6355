// Maps of N ≤ 16: four at a time across the lanes of vectors, up to the weights of their edges.

import { levelsOfEight, tableEight } from './eight';
import { FEW_EDGES, tableFew } from './few';
import {
  EIGHT_EDGES,
  ENDS,
  FEW,
  PLACES,
  QUAD,
  QUAD_SUMS,
  QUAD_TOPS,
  QUAD_ZEROS,
  ROW_BYTES,
  ROWS,
} from './layout';

export const SMALL_SIZE: u32 = 16;
/** Bytes of a pixel of maps side by side in QUAD: there is room for eight. */
export const QUAD_PIXEL: usize = 32;

let tabledSize: u32 = 0;
let tabledPixel: u32 = 0;
let edgeCount: u32 = 0;

/** The edges of maps of this size in rows: their ends, and where their two activations lie, `pixel` bytes from one to the next. */
export function tableEdges(size: u32, pixel: u32): void {
  if (size == tabledSize && pixel == tabledPixel) return;
  tabledSize = size;
  tabledPixel = pixel;
  edgeCount = 0;
  for (let column: u32 = 1; column < size; column++) {
    for (let row: u32 = 0; row < column; row++, edgeCount++) {
      store<u32>(ENDS + ((<usize>edgeCount) << 2), (row << 16) | column);
      store<u32>(PLACES + ((<usize>edgeCount) << 3), (row * size + column) * pixel);
      store<u32>(PLACES + ((<usize>edgeCount) << 3), (column * size + row) * pixel, 4);
    }
  }
  if (edgeCount <= FEW_EDGES) tableFew(size);
  else tableEight(size);
  // Whole vectors are made of the edges: the last one fills them up.
  const end = PLACES + ((<usize>edgeCount) << 3);
  for (let past = end; past < end + 24; past += 8) store<u64>(past, load<u64>(end - 8));
}

/** Bytes of a row's weights, in whole vectors. */
export function rowBytes(): usize {
  return (<usize>((edgeCount + 3) & ~3)) << 2;
}

/** Puts four maps that lie back to back side by side, QUAD_PIXEL bytes from one activation to the next. Reads up to three floats past the last. */
export function interleave(at: usize, floats: u32, to: usize): void {
  const bytes = (<usize>floats) << 2;
  const end = at + bytes;
  for (; at < end; at += 16, to += 4 * QUAD_PIXEL) {
    const a = v128.load(at);
    const b = v128.load(at + bytes);
    const c = v128.load(at + 2 * bytes);
    const d = v128.load(at + 3 * bytes);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to, v128.shuffle<f64>(ab, cd, 1, 3), QUAD_PIXEL);
    v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 0, 2), 2 * QUAD_PIXEL);
    v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 1, 3), 3 * QUAD_PIXEL);
  }
}

/** Sums and zeros of four maps, `pixel` bytes from one activation to the next: the order of activations.ts in each lane. */
export function readQuad(from: usize, pixel: usize, floats: u32): void {
  v128.store(QUAD_ZEROS, countZeros(from, pixel, floats));
  v128.store(QUAD_SUMS, sumPair(from, pixel, floats));
  v128.store(QUAD_SUMS, sumPair(from + 8, pixel, floats), 16);
}

function countZeros(at: usize, pixel: usize, floats: u32): v128 {
  const zero = i32x4.splat(0);
  let even = zero;
  let odd = zero;
  for (let done: u32 = 1; done < floats; done += 2) {
    even = i32x4.sub(even, i32x4.eq(i32x4.shl(v128.load(at), 1), zero));
    odd = i32x4.sub(odd, i32x4.eq(i32x4.shl(v128.load(at + pixel), 1), zero));
    at += 2 * pixel;
  }
  if ((floats & 1) != 0) even = i32x4.sub(even, i32x4.eq(i32x4.shl(v128.load(at), 1), zero));
  return i32x4.add(even, odd);
}

function pairAt(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** The sums of two maps side by side. */
function sumPair(at: usize, pixel: usize, floats: u32): v128 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  for (let left = floats >> 3; left != 0; left--) {
    s0 = f64x2.add(s0, pairAt(at));
    s1 = f64x2.add(s1, pairAt(at + pixel));
    s2 = f64x2.add(s2, pairAt(at + 2 * pixel));
    s3 = f64x2.add(s3, pairAt(at + 3 * pixel));
    at += 4 * pixel;
    s4 = f64x2.add(s4, pairAt(at));
    s5 = f64x2.add(s5, pairAt(at + pixel));
    s6 = f64x2.add(s6, pairAt(at + 2 * pixel));
    s7 = f64x2.add(s7, pairAt(at + 3 * pixel));
    at += 4 * pixel;
  }
  const left = floats & 7;
  if (left > 0) s0 = f64x2.add(s0, pairAt(at));
  if (left > 1) s1 = f64x2.add(s1, pairAt(at + pixel));
  if (left > 2) s2 = f64x2.add(s2, pairAt(at + 2 * pixel));
  if (left > 3) s3 = f64x2.add(s3, pairAt(at + 3 * pixel));
  if (left > 4) s4 = f64x2.add(s4, pairAt(at + 4 * pixel));
  if (left > 5) s5 = f64x2.add(s5, pairAt(at + 5 * pixel));
  if (left > 6) s6 = f64x2.add(s6, pairAt(at + 6 * pixel));
  const even = f64x2.add(f64x2.add(s0, s4), f64x2.add(s2, s6));
  const odd = f64x2.add(f64x2.add(s1, s5), f64x2.add(s3, s7));
  return f64x2.add(even, odd);
}

function edgeAt(from: usize, place: usize): v128 {
  return f32x4.pmax(v128.load(from + <usize>load<u32>(place)), v128.load(from + <usize>load<u32>(place, 4)));
}

/** The edges of four maps of N ≤ 8, side by side in FEW. */
export function symmetriseFew(from: usize): void {
  const end = PLACES + ((<usize>edgeCount) << 3);
  let to = FEW;
  for (let place = PLACES; place < end; place += 8, to += 16) v128.store(to, edgeAt(from, place));
}

/** The edges of eight maps of N > 8 side by side, and the levels at which they have a hole. */
export function symmetriseEight(from: usize): void {
  const end = PLACES + ((<usize>edgeCount) << 3);
  let to = EIGHT_EDGES;
  let low = f32x4.splat(-Infinity);
  let high = low;
  for (let place = PLACES; place < end; place += 8, to += 32) {
    const a = edgeAt(from, place);
    const b = edgeAt(from + 16, place);
    low = f32x4.pmax(low, a);
    high = f32x4.pmax(high, b);
    v128.store(to, a);
    v128.store(to, b, 16);
  }
  levelsOfEight(low, high);
}

/** The edges of four maps side by side, each map's in its own of the ROWS, and the largest of each into QUAD_TOPS. */
export function symmetriseQuad(from: usize): void {
  const end = PLACES + ((<usize>edgeCount) << 3);
  let to = ROWS;
  let most = f32x4.splat(-Infinity);
  for (let place = PLACES; place < end; place += 32, to += 16) {
    const a = edgeAt(from, place);
    const b = edgeAt(from, place + 8);
    const c = edgeAt(from, place + 16);
    const d = edgeAt(from, place + 24);
    most = f32x4.pmax(most, f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)));
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to + ROW_BYTES, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(to + 2 * ROW_BYTES, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * ROW_BYTES, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
  }
  v128.store(QUAD_TOPS, most);
  for (let past = ROWS + ((<usize>edgeCount) << 2); past < to; past += 4) {
    for (let row: usize = 0; row < 4 * ROW_BYTES; row += ROW_BYTES) store<f32>(past + row, -Infinity);
  }
}
