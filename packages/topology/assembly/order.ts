// Sorts the candidates by descending weight into SORTED_KEYS and SORTED_IDS.

import { COUNTS, IDS, KEYS, SORTED_IDS, SORTED_KEYS } from './layout';

const RANKED_AT_MOST: u32 = 160;

export function order(count: u32, byRank: bool): void {
  if (byRank && count <= RANKED_AT_MOST) orderByRank(count);
  else orderByRadix(count);
}

/** The place of each is how many are larger: quadratic, but four at a time and without a branch to mispredict. */
function orderByRank(count: u32): void {
  const end = (<usize>count) << 2;
  v128.store(KEYS + end, f32x4.splat(-Infinity));
  for (let four: usize = 0; four < end; four += 16) {
    const mine = v128.load(KEYS + four);
    let minus = i32x4.splat(0);
    // Equal weights keep their order, so that every place is taken once.
    for (let other: usize = 0; other < four; other += 4) {
      minus = i32x4.add(minus, f32x4.ge(v128.load32_splat(KEYS + other), mine));
    }
    minus = i32x4.add(minus, earlier(mine, v128.load32_splat(KEYS + four), i32x4(0, -1, -1, -1)));
    minus = i32x4.add(minus, earlier(mine, v128.load32_splat(KEYS + four, 4), i32x4(0, 0, -1, -1)));
    minus = i32x4.add(minus, earlier(mine, v128.load32_splat(KEYS + four, 8), i32x4(0, 0, 0, -1)));
    minus = i32x4.add(minus, earlier(mine, v128.load32_splat(KEYS + four, 12), i32x4(0, 0, 0, 0)));
    for (let other = four + 16; other < end; other += 4) {
      minus = i32x4.add(minus, f32x4.gt(v128.load32_splat(KEYS + other), mine));
    }
    const places = i32x4.shl(i32x4.neg(minus), 2);
    const ids = v128.load(IDS + four);
    place(i32x4.extract_lane(places, 0), f32x4.extract_lane(mine, 0), i32x4.extract_lane(ids, 0));
    place(i32x4.extract_lane(places, 1), f32x4.extract_lane(mine, 1), i32x4.extract_lane(ids, 1));
    place(i32x4.extract_lane(places, 2), f32x4.extract_lane(mine, 2), i32x4.extract_lane(ids, 2));
    place(i32x4.extract_lane(places, 3), f32x4.extract_lane(mine, 3), i32x4.extract_lane(ids, 3));
  }
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
