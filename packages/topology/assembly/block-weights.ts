// Sums, zeros and weights of the maps of a block of channels, [pixel][channel], where it lies: it is not taken apart.

import { BLOCK_PARTS, BLOCK_SUMS, BLOCK_TOUCHED, BLOCK_ZEROS } from './layout';
import { isOn, TOUCH } from './switches';

/** Pixels that are summed channel by channel while they stay in the first cache. */
const STRIP: u32 = 128;
/** Pixels that are fetched at once, some 128 KiB: one load a line of cache, with nothing between that waits. */
const FETCHED: u32 = 2048;

/** Fetches what is read next into the cache: a WebAssembly program has no other way to say so. */
function touch(from: usize, to: usize): void {
  let all = i32x4.splat(0);
  for (let at = from; at < to; at += 64) all = v128.or(all, v128.load(at));
  v128.store(BLOCK_TOUCHED, all);
}

/** Sums and zeros of each channel of a block, into BLOCK_SUMS and BLOCK_ZEROS: in the order of activations.ts. */
export function sumBlock(from: usize, channels: u32, floats: u32): void {
  memory.fill(BLOCK_PARTS, 0, BLOCK_SUMS - BLOCK_PARTS);
  memory.fill(BLOCK_ZEROS, 0, (<usize>channels) << 2);
  const pixel = (<usize>channels) << 2;
  const touching = isOn(TOUCH);
  for (let done: u32 = 0; done < floats; done += STRIP, from += <usize>STRIP * pixel) {
    const left = floats - done;
    if (touching && done % FETCHED == 0) touch(from, from + <usize>min<u32>(FETCHED, left) * pixel);
    const pixels = min<u32>(STRIP, left);
    let parts = BLOCK_PARTS;
    for (let at: usize = 0; at < pixel; at += 8, parts += 128) sumStrip(from + at, pixel, pixels, parts);
    let zeros = BLOCK_ZEROS;
    for (let at: usize = 0; at < pixel; at += 16, zeros += 16) countStrip(from + at, pixel, pixels, zeros);
  }
  let parts = BLOCK_PARTS;
  const end = BLOCK_SUMS + ((<usize>channels) << 3);
  for (let to = BLOCK_SUMS; to < end; to += 16, parts += 128) {
    const s04 = f64x2.add(v128.load(parts), v128.load(parts, 64));
    const s26 = f64x2.add(v128.load(parts, 32), v128.load(parts, 96));
    const s15 = f64x2.add(v128.load(parts, 16), v128.load(parts, 80));
    const s37 = f64x2.add(v128.load(parts, 48), v128.load(parts, 112));
    v128.store(to, f64x2.add(f64x2.add(s04, s26), f64x2.add(s15, s37)));
  }
}

function pairAt(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** Goes on with the eight running sums of two channels. */
function sumStrip(at: usize, pixel: usize, pixels: u32, parts: usize): void {
  let s0 = v128.load(parts);
  let s1 = v128.load(parts, 16);
  let s2 = v128.load(parts, 32);
  let s3 = v128.load(parts, 48);
  let s4 = v128.load(parts, 64);
  let s5 = v128.load(parts, 80);
  let s6 = v128.load(parts, 96);
  let s7 = v128.load(parts, 112);
  for (let left = pixels >> 3; left != 0; left--) {
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
  const left = pixels & 7;
  if (left > 0) s0 = f64x2.add(s0, pairAt(at));
  if (left > 1) s1 = f64x2.add(s1, pairAt(at + pixel));
  if (left > 2) s2 = f64x2.add(s2, pairAt(at + 2 * pixel));
  if (left > 3) s3 = f64x2.add(s3, pairAt(at + 3 * pixel));
  if (left > 4) s4 = f64x2.add(s4, pairAt(at + 4 * pixel));
  if (left > 5) s5 = f64x2.add(s5, pairAt(at + 5 * pixel));
  if (left > 6) s6 = f64x2.add(s6, pairAt(at + 6 * pixel));
  v128.store(parts, s0);
  v128.store(parts, s1, 16);
  v128.store(parts, s2, 32);
  v128.store(parts, s3, 48);
  v128.store(parts, s4, 64);
  v128.store(parts, s5, 80);
  v128.store(parts, s6, 96);
  v128.store(parts, s7, 112);
}

/** Goes on with the zeros of four channels. */
function countStrip(at: usize, pixel: usize, pixels: u32, counts: usize): void {
  const zero = i32x4.splat(0);
  let even = v128.load(counts);
  let odd = zero;
  for (let left = pixels >> 1; left != 0; left--) {
    even = i32x4.sub(even, i32x4.eq(i32x4.shl(v128.load(at), 1), zero));
    odd = i32x4.sub(odd, i32x4.eq(i32x4.shl(v128.load(at + pixel), 1), zero));
    at += 2 * pixel;
  }
  if ((pixels & 1) != 0) even = i32x4.sub(even, i32x4.eq(i32x4.shl(v128.load(at), 1), zero));
  v128.store(counts, i32x4.add(even, odd));
}

/**
 * The weights and the largest of each column that `symmetrise` makes (weights.ts), of each channel of a block: the weights from `to` on, `stride` bytes from one channel to
 * the next, the largest right behind them. Reads up to three rows past the block.
 */
export function symmetriseBlock(from: usize, channels: u32, size: u32, to: usize, stride: usize): void {
  const pixel = (<usize>channels) << 2;
  const row = <usize>size * pixel;
  const side = (size + 3) >> 2;
  const last = side - 1;
  const left = size - (last << 2);
  let top = to + ((<usize>((side * (side + 1)) >> 1)) << 6);
  for (let y: u32 = 0; y < side; y++) {
    let across = from + <usize>(y << 2) * (row + pixel);
    let down = across;
    for (let x = y; x < side; x++, to += 64, top += 16, across += 4 * pixel, down += 4 * row) {
      let channel: usize = 0;
      for (let at: usize = 0; at < pixel; at += 16, channel += 4 * stride)
        symmetriseTile(across + at, down + at, pixel, row, to + channel, top + channel, stride);
      if (x != y && (x != last || left == 4)) continue;
      const end = <usize>channels * stride;
      for (let at: usize = 0; at < end; at += stride)
        maskTile(to + at, top + at, x == y, x == last ? left : 4);
    }
  }
}

/** A 4×4 block of weights of four channels. */
function symmetriseTile(
  across: usize,
  down: usize,
  pixel: usize,
  row: usize,
  to: usize,
  top: usize,
  stride: usize,
): void {
  let top0 = f32x4.splat(-Infinity);
  let top1 = top0;
  let top2 = top0;
  let top3 = top0;
  for (let i: usize = 0; i < 64; i += 16, across += row, down += pixel) {
    const a = f32x4.pmax(v128.load(across), v128.load(down));
    const b = f32x4.pmax(v128.load(across + pixel), v128.load(down + row));
    const c = f32x4.pmax(v128.load(across + 2 * pixel), v128.load(down + 2 * row));
    const d = f32x4.pmax(v128.load(across + 3 * pixel), v128.load(down + 3 * row));
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const w0 = v128.shuffle<f64>(ab, cd, 0, 2);
    const w1 = v128.shuffle<f64>(ab, cd, 1, 3);
    const w2 = v128.shuffle<f64>(abHigh, cdHigh, 0, 2);
    const w3 = v128.shuffle<f64>(abHigh, cdHigh, 1, 3);
    v128.store(to + i, w0);
    v128.store(to + stride + i, w1);
    v128.store(to + 2 * stride + i, w2);
    v128.store(to + 3 * stride + i, w3);
    top0 = f32x4.pmax(top0, w0);
    top1 = f32x4.pmax(top1, w1);
    top2 = f32x4.pmax(top2, w2);
    top3 = f32x4.pmax(top3, w3);
  }
  v128.store(top, top0);
  v128.store(top + stride, top1);
  v128.store(top + 2 * stride, top2);
  v128.store(top + 3 * stride, top3);
}

/** Puts −∞ where a block of weights has no edge: on and below the diagonal, and past the map's end. */
function maskTile(at: usize, top: usize, onDiagonal: bool, columns: u32): void {
  const none = f32x4.splat(-Infinity);
  const inside = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(columns));
  let most = none;
  for (let i: u32 = 0; i < 4; i++, at += 16) {
    const above = onDiagonal ? i32x4.gt_s(i32x4(0, 1, 2, 3), i32x4.splat(i)) : inside;
    const weights = v128.bitselect(v128.load(at), none, v128.and(inside, above));
    v128.store(at, weights);
    most = f32x4.pmax(most, weights);
  }
  v128.store(top, most);
}
