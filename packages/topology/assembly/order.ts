// Sorts the candidates by descending weight into SORTED_KEYS and SORTED_IDS.

import { COUNTS, IDS, KEYS, SORTED_IDS, SORTED_KEYS } from './layout';

const RANKED_AT_MOST: u32 = 160;

export function order(count: u32, byRank: bool): void {
  if (byRank && count <= RANKED_AT_MOST) orderByRank(count);
  else orderByRadix(count);
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
