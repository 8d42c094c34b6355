// The order of the edges of maps of N ≤ 8: four maps at a time, one in each lane.

import {
  FEW,
  FEW_FIRST,
  FEW_PLACES,
  QUAD_NEGATIVE,
  QUAD_POSITIVE,
  ROW_BYTES,
  ROWS,
  SORTED_IDS,
  SORTED_KEYS,
} from './layout';

/** So few edges are all sorted at once. */
export const FEW_EDGES: u32 = 28;

let end: usize = FEW;
let edgeCount: u32 = 0;

/** Prepares for maps of so many edges. */
export function tableFew(edges: u32): void {
  edgeCount = edges;
  const padded = ((edges + 2) / 3) * 3;
  end = FEW + ((<usize>padded) << 4);
  for (let edge: u32 = 0; edge < padded; edge++) {
    // What is past the last comes last.
    v128.store(FEW + ((<usize>edge) << 4), f32x4.splat(-Infinity));
    v128.store(FEW_FIRST + ((<usize>edge) << 4), i32x4.splat(padded - 1 - edge));
  }
}

/** The place of each edge of four maps: how many are larger, or equal and earlier; three edges at a time against those behind them. */
export function placeFew(): void {
  memory.copy(FEW_PLACES, FEW_FIRST, end - FEW);
  const zero = f32x4.splat(0);
  let positive = i32x4.splat(0);
  let negative = i32x4.splat(edgeCount);
  for (let at = FEW; at < end; at += 48) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    positive = i32x4.add(
      positive,
      i32x4.add(f32x4.gt(a, zero), i32x4.add(f32x4.gt(b, zero), f32x4.gt(c, zero))),
    );
    negative = i32x4.add(
      negative,
      i32x4.add(f32x4.ge(a, zero), i32x4.add(f32x4.ge(b, zero), f32x4.ge(c, zero))),
    );
    const ab = f32x4.ge(a, b);
    const ac = f32x4.ge(a, c);
    const bc = f32x4.ge(b, c);
    const places = at + (FEW_PLACES - FEW);
    let placeA = i32x4.add(v128.load(places), i32x4.add(ab, ac));
    let placeB = i32x4.add(v128.load(places, 16), i32x4.sub(bc, ab));
    let placeC = i32x4.sub(v128.load(places, 32), i32x4.add(ac, bc));
    for (let other = at + 48; other < end; other += 16) {
      const key = v128.load(other);
      const fromA = f32x4.ge(a, key);
      const fromB = f32x4.ge(b, key);
      const fromC = f32x4.ge(c, key);
      placeA = i32x4.add(placeA, fromA);
      placeB = i32x4.add(placeB, fromB);
      placeC = i32x4.add(placeC, fromC);
      const place = other + (FEW_PLACES - FEW);
      v128.store(place, i32x4.sub(v128.load(place), i32x4.add(fromA, i32x4.add(fromB, fromC))));
    }
    v128.store(places, placeA);
    v128.store(places, placeB, 16);
    v128.store(places, placeC, 32);
  }
  v128.store(QUAD_POSITIVE, i32x4.neg(positive));
  v128.store(QUAD_NEGATIVE, negative);
}

/** How many edges of a lane are positive. */
export function positiveFew(lane: u32): u32 {
  return load<u32>(QUAD_POSITIVE + ((<usize>lane) << 2));
}

/** How many edges of a lane are negative. */
export function negativeFew(lane: u32): u32 {
  return load<u32>(QUAD_NEGATIVE + ((<usize>lane) << 2));
}

/** Puts the edges of a lane into its row of ROWS, in whole vectors. */
export function rowOfFew(lane: u32): void {
  const row = ROWS + <usize>lane * ROW_BYTES;
  const last = row + ((<usize>edgeCount) << 2);
  let from = FEW + ((<usize>lane) << 2);
  v128.store(last, f32x4.splat(-Infinity));
  for (let at = row; at < last; at += 4, from += 16) store<f32>(at, load<f32>(from));
}

/** Puts the edges of a lane into SORTED_KEYS and SORTED_IDS. */
export function sortFew(lane: u32): void {
  let at = FEW + ((<usize>lane) << 2);
  for (let id: u32 = 0; id < edgeCount; id++, at += 16) {
    const place = load<u32>(at + (FEW_PLACES - FEW)) << 2;
    store<f32>(SORTED_KEYS + place, load<f32>(at));
    store<u32>(SORTED_IDS + place, id);
  }
}
