// Sorts the candidates by descending weight into SORTED_KEYS and SORTED_IDS.

import { COUNTS, IDS, KEYS, ORDER_LEVELS, SORTED_IDS, SORTED_KEYS } from './layout';
import { isOn, LEVEL_ORDER } from './switches';

const RANKED_AT_MOST: u32 = 160;

export function order(count: u32, byRank: bool): void {
  if (!byRank || count > RANKED_AT_MOST) orderByRadix(count);
  else if (!isOn(LEVEL_ORDER) || !triedLevels(count)) orderByRank(count);
}

// Where levels do not tell keys apart, they are tried more and more rarely.
let doubts: u32 = 0;
let triedIn: u32 = 0;
const MOST_DOUBTS: u32 = 4;

function triedLevels(count: u32): bool {
  if (triedIn != 0) {
    triedIn--;
    return false;
  }
  if (orderByLevels(count)) {
    doubts = 0;
    return true;
  }
  triedIn = 1 << doubts;
  if (doubts < MOST_DOUBTS) doubts++;
  return false;
}

/**
 * As orderByRank, by the weights in 16 bits between the least and the largest: sixteen at a time. False where two of them are equal; then nothing
 * is in order.
 */
function orderByLevels(count: u32): bool {
  if (!takeLevels(count)) return false;
  const bytes = (<usize>count) << 1;
  const end = ORDER_LEVELS + bytes;
  let sum = i16x8.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    const a = v128.load(ORDER_LEVELS + at);
    const b = v128.load(ORDER_LEVELS + at, 16);
    let minusA = i16x8.splat(0);
    let minusB = minusA;
    for (let other = ORDER_LEVELS; other < end; other += 8) {
      const k0 = v128.load16_splat(other);
      const k1 = v128.load16_splat(other, 2);
      const k2 = v128.load16_splat(other, 4);
      const k3 = v128.load16_splat(other, 6);
      minusA = i16x8.add(minusA, i16x8.add(i16x8.gt_s(k0, a), i16x8.gt_s(k1, a)));
      minusB = i16x8.add(minusB, i16x8.add(i16x8.gt_s(k0, b), i16x8.gt_s(k1, b)));
      minusA = i16x8.add(minusA, i16x8.add(i16x8.gt_s(k2, a), i16x8.gt_s(k3, a)));
      minusB = i16x8.add(minusB, i16x8.add(i16x8.gt_s(k2, b), i16x8.gt_s(k3, b)));
    }
    sum = i16x8.add(sum, i16x8.add(minusA, minusB));
    placeEight(minusA, at << 1);
    if (at + 16 < bytes) placeEight(minusB, (at << 1) + 32);
  }
  // Places are all taken if they sum up to what 0 to count − 1 do; what fills up the last vectors has the place behind them.
  const filling = ((count + 15) & ~15) - count;
  return sumOf(sum) == -(<i32>((count * (count - 1)) >> 1)) - <i32>(filling * count);
}

function sumOf(eight: v128): i32 {
  const four = i32x4.add(i32x4.extend_low_i16x8_s(eight), i32x4.extend_high_i16x8_s(eight));
  const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
  return i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
}

/** The levels of the keys from −32767 on, and −32768 behind them; false if the keys are all equal, or too far apart or too near to each other. */
function takeLevels(count: u32): bool {
  const end = KEYS + ((<usize>count) << 2);
  const first = v128.load32_splat(KEYS);
  v128.store(end, first);
  v128.store(end, first, 16);
  let most = first;
  let least = first;
  for (let at = KEYS; at < end; at += 16) {
    const keys = v128.load(at);
    most = f32x4.pmax(most, keys);
    least = f32x4.pmin(least, keys);
  }
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 1, 0, 3, 2));
  least = f32x4.pmin(least, v128.shuffle<f32>(least, least, 2, 3, 0, 1));
  least = f32x4.pmin(least, v128.shuffle<f32>(least, least, 1, 0, 3, 2));
  const scale = f32x4.div(f32x4.splat(65534), f32x4.sub(most, least));
  const factor = f32x4.extract_lane(scale, 0);
  if (!(factor > 0 && factor < Infinity)) return false;
  // A float of 2²³ and more has its whole part in its last bits.
  const whole = f32x4.splat(8388608);
  const offset = i32x4.splat(0x4b007fff);
  let to = ORDER_LEVELS;
  for (let at = KEYS; at < end; at += 32, to += 16) {
    const a = f32x4.add(f32x4.mul(f32x4.sub(v128.load(at), least), scale), whole);
    const b = f32x4.add(f32x4.mul(f32x4.sub(v128.load(at, 16), least), scale), whole);
    v128.store(to, i16x8.narrow_i32x4_s(i32x4.sub(a, offset), i32x4.sub(b, offset)));
  }
  const lowest = i16x8.splat(-32768);
  const past = ORDER_LEVELS + ((<usize>count) << 1);
  v128.store(past, lowest);
  v128.store(past, lowest, 16);
  return true;
}

/** Puts the eight keys and ids that lie `from` bytes behind the first in their places. */
function placeEight(minus: v128, from: usize): void {
  const keys = KEYS + from;
  const ids = IDS + from;
  move(i16x8.extract_lane_s(minus, 0), keys, ids);
  move(i16x8.extract_lane_s(minus, 1), keys + 4, ids + 4);
  move(i16x8.extract_lane_s(minus, 2), keys + 8, ids + 8);
  move(i16x8.extract_lane_s(minus, 3), keys + 12, ids + 12);
  move(i16x8.extract_lane_s(minus, 4), keys + 16, ids + 16);
  move(i16x8.extract_lane_s(minus, 5), keys + 20, ids + 20);
  move(i16x8.extract_lane_s(minus, 6), keys + 24, ids + 24);
  move(i16x8.extract_lane_s(minus, 7), keys + 28, ids + 28);
}

function move(minusPlace: i32, key: usize, id: usize): void {
  const at = (<usize>-minusPlace) << 2;
  store<f32>(SORTED_KEYS + at, load<f32>(key));
  store<u32>(SORTED_IDS + at, load<u32>(id));
}

/** The place of each is how many are larger: quadratic, but eight at a time and without a branch to mispredict. */
function orderByRank(count: u32): void {
  const end = (<usize>count) << 2;
  v128.store(KEYS + end, f32x4.splat(-Infinity));
  v128.store(KEYS + end, f32x4.splat(-Infinity), 16);
  const after0 = i32x4(0, -1, -1, -1);
  const after1 = i32x4(0, 0, -1, -1);
  const after2 = i32x4(0, 0, 0, -1);
  for (let eight: usize = 0; eight < end; eight += 32) {
    const a = v128.load(KEYS + eight);
    const b = v128.load(KEYS + eight, 16);
    let minusA = i32x4.splat(0);
    let minusB = i32x4.splat(0);
    // Equal weights keep their order, so that every place is taken once.
    for (let other: usize = 0; other < eight; other += 4) {
      const key = v128.load32_splat(KEYS + other);
      minusA = i32x4.add(minusA, f32x4.ge(key, a));
      minusB = i32x4.add(minusB, f32x4.ge(key, b));
    }
    const a0 = v128.shuffle<f32>(a, a, 0, 0, 0, 0);
    const a1 = v128.shuffle<f32>(a, a, 1, 1, 1, 1);
    const a2 = v128.shuffle<f32>(a, a, 2, 2, 2, 2);
    const a3 = v128.shuffle<f32>(a, a, 3, 3, 3, 3);
    const b0 = v128.shuffle<f32>(b, b, 0, 0, 0, 0);
    const b1 = v128.shuffle<f32>(b, b, 1, 1, 1, 1);
    const b2 = v128.shuffle<f32>(b, b, 2, 2, 2, 2);
    const b3 = v128.shuffle<f32>(b, b, 3, 3, 3, 3);
    minusA = i32x4.add(minusA, i32x4.add(earlier(a, a0, after0), earlier(a, a1, after1)));
    minusA = i32x4.add(minusA, i32x4.add(earlier(a, a2, after2), f32x4.gt(a3, a)));
    minusA = i32x4.add(minusA, i32x4.add(f32x4.gt(b0, a), f32x4.gt(b1, a)));
    minusA = i32x4.add(minusA, i32x4.add(f32x4.gt(b2, a), f32x4.gt(b3, a)));
    minusB = i32x4.add(minusB, i32x4.add(f32x4.ge(a0, b), f32x4.ge(a1, b)));
    minusB = i32x4.add(minusB, i32x4.add(f32x4.ge(a2, b), f32x4.ge(a3, b)));
    minusB = i32x4.add(minusB, i32x4.add(earlier(b, b0, after0), earlier(b, b1, after1)));
    minusB = i32x4.add(minusB, i32x4.add(earlier(b, b2, after2), f32x4.gt(b3, b)));
    for (let other = eight + 32; other < end; other += 4) {
      const key = v128.load32_splat(KEYS + other);
      minusA = i32x4.add(minusA, f32x4.gt(key, a));
      minusB = i32x4.add(minusB, f32x4.gt(key, b));
    }
    placeFour(minusA, a, v128.load(IDS + eight));
    placeFour(minusB, b, v128.load(IDS + eight, 16));
  }
}

function placeFour(minus: v128, keys: v128, ids: v128): void {
  const places = i32x4.shl(i32x4.neg(minus), 2);
  place(i32x4.extract_lane(places, 0), f32x4.extract_lane(keys, 0), i32x4.extract_lane(ids, 0));
  place(i32x4.extract_lane(places, 1), f32x4.extract_lane(keys, 1), i32x4.extract_lane(ids, 1));
  place(i32x4.extract_lane(places, 2), f32x4.extract_lane(keys, 2), i32x4.extract_lane(ids, 2));
  place(i32x4.extract_lane(places, 3), f32x4.extract_lane(keys, 3), i32x4.extract_lane(ids, 3));
}

function earlier(mine: v128, other: v128, after: v128): v128 {
  return v128.or(f32x4.gt(other, mine), v128.and(f32x4.eq(other, mine), after));
}

function place(at: usize, key: f32, id: u32): void {
  store<f32>(SORTED_KEYS + at, key);
  store<u32>(SORTED_IDS + at, id);
}

/** Four passes of eight bits; linear, for the few maps whose birth comes late. */
function orderByRadix(count: u32): void {
  memory.fill(COUNTS, 0, 4096);
  const end = (<usize>count) << 2;
  for (let at: usize = 0; at < end; at += 4) {
    // Adding 0 makes one key of both zeros. Ascending keys are descending weights.
    const bits = reinterpret<u32>(load<f32>(KEYS + at) + 0);
    const key = bits ^ (<i32>bits < 0 ? 0 : 0x7fffffff);
    store<u32>(KEYS + at, key);
    for (let pass: u32 = 0; pass < 4; pass++) {
      const counter = COUNTS + ((pass << 8) | ((key >> (pass << 3)) & 255)) * 4;
      store<u32>(counter, load<u32>(counter) + 1);
    }
  }
  let keys = KEYS;
  let ids = IDS;
  let toKeys = SORTED_KEYS;
  let toIds = SORTED_IDS;
  for (let pass: u32 = 0; pass < 4; pass++) {
    const counters = COUNTS + (pass << 10);
    let start: u32 = 0;
    for (let digit: usize = 0; digit < 1024; digit += 4) {
      const here = load<u32>(counters + digit);
      store<u32>(counters + digit, start);
      start += here;
    }
    for (let at: usize = 0; at < end; at += 4) {
      const key = load<u32>(keys + at);
      const counter = counters + ((key >> (pass << 3)) & 255) * 4;
      const to = load<u32>(counter);
      store<u32>(counter, to + 1);
      store<u32>(toKeys + ((<usize>to) << 2), key);
      store<u32>(toIds + ((<usize>to) << 2), load<u32>(ids + at));
    }
    let other = keys;
    keys = toKeys;
    toKeys = other;
    other = ids;
    ids = toIds;
    toIds = other;
  }
  // Four passes end where they began.
  for (let at: usize = 0; at < end; at += 4) {
    const key = load<u32>(KEYS + at);
    store<u32>(SORTED_KEYS + at, key ^ (<i32>key < 0 ? 0 : 0x7fffffff));
    store<u32>(SORTED_IDS + at, load<u32>(IDS + at));
  }
}
