// The edges of a range of weights, packed together: the few that come first in the filtration.

import { COARSE, IDS, KEYS, PACK, TOPS } from './layout';
import { blocks, inRow, rowTop, topsAt, weightsAt, weightsEnd } from './weights';

let tops: usize = TOPS;
let topsEnd: usize = TOPS;

export function tablePacking(): void {
  for (let chosen: u32 = 0; chosen < 16; chosen++) {
    let to: u32 = 0;
    for (let lane: u32 = 0; lane < 4; lane++) {
      if (((chosen >> lane) & 1) == 0) continue;
      for (let byte: u32 = 0; byte < 4; byte++)
        store<u8>(PACK + chosen * 16 + to * 4 + byte, <u8>(lane * 4 + byte));
      to++;
    }
  }
}

/** Prepares countTops for the current weights and returns the largest weight. */
export function largestWeight(): f32 {
  if (inRow) {
    tops = weightsAt;
    topsEnd = weightsEnd;
    return rowTop;
  }
  tops = topsAt;
  topsEnd = topsAt + ((<usize>blocks) << 4);
  if (blocks <= 16) {
    const largest = mostOf(tops, topsEnd);
    // So few that every weight can be counted.
    tops = weightsAt;
    topsEnd = weightsEnd;
    return largest;
  }
  if (blocks > 64) {
    v128.store(topsEnd, f32x4.splat(-Infinity));
    v128.store(topsEnd, f32x4.splat(-Infinity), 16);
    v128.store(topsEnd, f32x4.splat(-Infinity), 32);
    let to = COARSE;
    for (let at = topsAt; at < topsEnd; at += 64, to += 16) {
      const a = f32x4.pmax(v128.load(at), v128.load(at, 16));
      const b = f32x4.pmax(v128.load(at, 32), v128.load(at, 48));
      v128.store(to, f32x4.pmax(a, b));
    }
    tops = COARSE;
    topsEnd = to;
  }
  return mostOf(tops, topsEnd);
}

/** The largest of these weights. */
export function mostOf(from: usize, to: usize): f32 {
  let most = v128.load(from);
  for (let at = from + 16; at < to; at += 16) most = f32x4.pmax(most, v128.load(at));
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 1, 0, 3, 2));
  return f32x4.extract_lane(most, 0);
}

/** How many groups of edges hold a weight above the threshold: a lower bound of the edges, cheaply. */
export function countTops(threshold: f32): u32 {
  return countAbove(tops, topsEnd, threshold);
}

function countAbove(from: usize, to: usize, threshold: f32): u32 {
  const limit = f32x4.splat(threshold);
  let minus = i32x4.splat(0);
  for (let at = from; at < to; at += 16) minus = i32x4.add(minus, f32x4.gt(v128.load(at), limit));
  minus = i32x4.add(minus, v128.shuffle<i32>(minus, minus, 2, 3, 0, 1));
  minus = i32x4.add(minus, v128.shuffle<i32>(minus, minus, 1, 0, 3, 2));
  return -i32x4.extract_lane(minus, 0);
}

/** A higher threshold above which about atLeast to atMost of the `found` candidates lie; `above` if ties hinder. */
export function narrow(found: u32, above: f32, largest: f32, atLeast: u32, atMost: u32): f32 {
  const end = KEYS + ((<usize>found) << 2);
  v128.store(end, f32x4.splat(-Infinity));
  let low = above;
  let high = largest;
  for (let step = 0; step < 8; step++) {
    const middle: f32 = (low + high) * 0.5;
    const count = countAbove(KEYS, end, middle);
    if (count < atLeast) high = middle;
    else {
      low = middle;
      if (count <= atMost) break;
    }
  }
  return low;
}

/** The least weight of the `found` candidates. */
export function leastKey(found: u32): f32 {
  const end = KEYS + ((<usize>found) << 2);
  v128.store(end, f32x4.splat(Infinity));
  let least = f32x4.splat(Infinity);
  for (let at = KEYS; at < end; at += 16) least = f32x4.pmin(least, v128.load(at));
  least = f32x4.pmin(least, v128.shuffle<f32>(least, least, 2, 3, 0, 1));
  least = f32x4.pmin(least, v128.shuffle<f32>(least, least, 1, 0, 3, 2));
  return f32x4.extract_lane(least, 0);
}

/** Drops the candidates that are not above the threshold; returns how many remain. */
export function repack(found: u32, above: f32): u32 {
  const low = f32x4.splat(above);
  const end = (<usize>found) << 2;
  v128.store(KEYS + end, f32x4.splat(-Infinity));
  let kept: usize = 0;
  for (let at: usize = 0; at < end; at += 16) {
    const weights = v128.load(KEYS + at);
    const ids = v128.load(IDS + at);
    const bits = i32x4.bitmask(f32x4.gt(weights, low));
    const pack = v128.load(PACK + ((<usize>bits) << 4));
    v128.store(KEYS + (kept << 2), v128.swizzle(weights, pack));
    v128.store(IDS + (kept << 2), v128.swizzle(ids, pack));
    kept += popcnt(bits);
  }
  return <u32>kept;
}

function pack(found: usize, weights: v128, ids: v128, low: v128, high: v128): usize {
  const bits = i32x4.bitmask(v128.and(f32x4.gt(weights, low), f32x4.le(weights, high)));
  const order = v128.load(PACK + ((<usize>bits) << 4));
  v128.store(KEYS + (found << 2), v128.swizzle(weights, order));
  v128.store(IDS + (found << 2), v128.swizzle(ids, order));
  return found + popcnt(bits);
}

/** Packs the edges with above < weight ≤ upTo into KEYS and IDS; returns their number. */
export function collect(above: f32, upTo: f32): u32 {
  const low = f32x4.splat(above);
  const high = f32x4.splat(upTo);
  const lanes = i32x4(0, 1, 2, 3);
  let found: usize = 0;
  if (inRow) {
    let ids = lanes;
    for (let at = weightsAt; at < weightsEnd; at += 16) {
      found = pack(found, v128.load(at), ids, low, high);
      ids = i32x4.add(ids, i32x4.splat(4));
    }
    return <u32>found;
  }
  for (let block: u32 = 0; block < blocks; block += 16) {
    let chosen = blocksAbove(block, low);
    for (; chosen != 0; chosen &= chosen - 1) {
      const id = (block << 4) + ((<u32>ctz(chosen)) << 2);
      const from = weightsAt + ((<usize>id) << 2);
      let ids = i32x4.add(i32x4.splat(id), lanes);
      for (let row: usize = 0; row < 64; row += 16) {
        found = pack(found, v128.load(from + row), ids, low, high);
        ids = i32x4.add(ids, i32x4.splat(4));
      }
    }
  }
  return <u32>found;
}

/** Which of the sixteen blocks from this one on have a weight above the threshold: every fourth bit. One branch for all is foreseen less often wrongly than one each. */
function blocksAbove(block: u32, threshold: v128): u64 {
  const end = min<u32>(blocks - block, 16) << 2;
  let top = topsAt + ((<usize>block) << 4);
  let above: u64 = 0;
  for (let bit: u32 = 0; bit < end; bit += 16, top += 64) {
    const ab = i16x8.narrow_i32x4_s(
      f32x4.gt(v128.load(top), threshold),
      f32x4.gt(v128.load(top, 16), threshold),
    );
    const cd = i16x8.narrow_i32x4_s(
      f32x4.gt(v128.load(top, 32), threshold),
      f32x4.gt(v128.load(top, 48), threshold),
    );
    const columns = i8x16.bitmask(i8x16.narrow_i16x8_s(ab, cd));
    const either = columns | (columns >> 1);
    above |= (<u64>((either | (either >> 2)) & 0x1111)) << bit;
  }
  // Behind the last block lies something else.
  return end == 64 ? above : above & (((<u64>1) << end) - 1);
}

/** Whether any edge has a negative weight. */
export function anyNegative(): bool {
  const zero = f32x4.splat(0);
  const none = f32x4.splat(-Infinity);
  let found = v128.not(f32x4.eq(zero, zero));
  for (let at = weightsAt; at < weightsEnd; at += 16) {
    const weights = v128.load(at);
    found = v128.or(found, v128.and(f32x4.lt(weights, zero), f32x4.gt(weights, none)));
  }
  return v128.any_true(found);
}
