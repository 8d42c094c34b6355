// The births of maps of 9 ≤ N ≤ 16 from widest paths, as in few.ts: eight maps at a time, by weights of 16 bits.
//
// A weight w of a map becomes a level, ⌊65535 w / largest⌉. Levels are in the order of the weights as far as they tell these apart. So the largest level at
// which an edge makes a hole, T < w < P, is the birth's if no two levels from there on are equal. Where none makes one there is no birth, if no two are equal
// from a cone on, or from the last level on behind which all weights are zero. Of other maps it says that they are in doubt.

import {
  EIGHT,
  EIGHT_COLUMNS,
  EIGHT_CONES,
  EIGHT_COUNTS,
  EIGHT_EDGES,
  EIGHT_HOLES,
  EIGHT_LEVELS,
  EIGHT_LIST,
  EIGHT_LISTS,
  EIGHT_MASKS,
  EIGHT_PACK,
  EIGHT_PATHS,
  EIGHT_ROW,
  EIGHT_TOPS,
  EIGHT_TRIANGLES,
  EIGHT_ZEROS,
  ROW_BYTES,
  ROWS,
} from './layout';

/** What birthOfEight says where levels do not tell. */
export const IN_DOUBT: u32 = 0xffffffff;
/** 65535 divided by much less overflows. */
const LEAST_TOP: f32 = 1e-30;
/** The lowest level: of weights that are not positive, of a vertex and itself, and of the vertex that makes N even. */
const LOWEST: i16 = -32768;
const HIGHEST: i16 = 32767;
/** Up to it no level tells anything. */
const FLOOR: i16 = -32767;

let vertices: usize = 0;
let rows: usize = 0;
let areZerosCounted = false;
const COLUMN_A: usize = EIGHT_COLUMNS;
const COLUMN_B: usize = EIGHT_COLUMNS + EIGHT_ROW;

/** Prepares for maps of so many rows. */
export function tableEight(size: u32): void {
  vertices = size;
  rows = <usize>((size + 1) & ~1) * EIGHT_ROW;
  const lowest = i16x8.splat(LOWEST);
  for (let at: usize = 0; at < 16 * EIGHT_ROW; at += 16) {
    v128.store(EIGHT + at, lowest);
    v128.store(EIGHT_PATHS + at, lowest);
  }
}

/** Lists of instructions. */
class Levels {
  /** Of one edge of eight maps. */
  @inline
  static of(low: v128, high: v128, scaleLow: v128, scaleHigh: v128): v128 {
    // A float of 2²³ and more has its whole part in its last bits.
    const whole = f32x4.splat(8388608);
    const zero = f32x4.splat(0);
    const offset = i32x4.splat(0x4b008000);
    const a = f32x4.add(f32x4.mul(f32x4.pmax(zero, low), scaleLow), whole);
    const b = f32x4.add(f32x4.mul(f32x4.pmax(zero, high), scaleHigh), whole);
    return i16x8.narrow_i32x4_s(i32x4.sub(a, offset), i32x4.sub(b, offset));
  }

  /** The widest of a direct way and two others of two steps each. */
  @inline
  static widest(direct: v128, a0: v128, a1: v128, b0: v128, b1: v128): v128 {
    return i16x8.max_s(i16x8.max_s(direct, i16x8.min_s(a0, a1)), i16x8.min_s(b0, b1));
  }

  /** The ways to two vertices, each by the other too, into the columns. */
  @inline
  static toBoth(to: usize, a: v128, b: v128, between: v128): void {
    v128.store(to, i16x8.max_s(a, i16x8.min_s(b, between)));
    v128.store(to, i16x8.max_s(b, i16x8.min_s(a, between)), COLUMN_B - COLUMN_A);
  }
}

/** From the weights in EIGHT_EDGES, of which `mostLow` and `mostHigh` are the largest. */
function takeLevels(mostLow: v128, mostHigh: v128): void {
  const scaleLow = f32x4.div(f32x4.splat(65535), mostLow);
  const scaleHigh = f32x4.div(f32x4.splat(65535), mostHigh);
  let from = EIGHT_EDGES;
  let line = EIGHT_LEVELS;
  for (let j: usize = 1; j < vertices; j++) {
    let row = EIGHT + j * EIGHT_ROW;
    let column = EIGHT + (j << 4);
    const end = row + (j << 4);
    for (; row < end; row += 16, column += EIGHT_ROW, from += 32, line += 16) {
      const w = Levels.of(v128.load(from), v128.load(from, 16), scaleLow, scaleHigh);
      v128.store(row, w);
      v128.store(row, w, EIGHT_PATHS - EIGHT);
      v128.store(column, w);
      v128.store(line, w);
    }
  }
}

/** From which level on two vertices have a common neighbour, into the lower half of EIGHT_TRIANGLES. Two by two vertices. */
function triangles(): void {
  for (let i: usize = 0; i < rows; i += 2 * EIGHT_ROW) {
    const to = EIGHT_TRIANGLES + i;
    for (let j: usize = 0; j < i; j += 2 * EIGHT_ROW) {
      let a = EIGHT + i;
      let b = EIGHT + j;
      let t00 = i16x8.splat(LOWEST);
      let t01 = t00;
      let t10 = t00;
      let t11 = t00;
      for (const end = a + (rows >> 4); a < end; a += 32, b += 32) {
        let a0 = v128.load(a);
        let a1 = v128.load(a, EIGHT_ROW);
        let b0 = v128.load(b);
        let b1 = v128.load(b, EIGHT_ROW);
        t00 = i16x8.max_s(t00, i16x8.min_s(a0, b0));
        t01 = i16x8.max_s(t01, i16x8.min_s(a0, b1));
        t10 = i16x8.max_s(t10, i16x8.min_s(a1, b0));
        t11 = i16x8.max_s(t11, i16x8.min_s(a1, b1));
        a0 = v128.load(a, 16);
        a1 = v128.load(a, EIGHT_ROW + 16);
        b0 = v128.load(b, 16);
        b1 = v128.load(b, EIGHT_ROW + 16);
        t00 = i16x8.max_s(t00, i16x8.min_s(a0, b0));
        t01 = i16x8.max_s(t01, i16x8.min_s(a0, b1));
        t10 = i16x8.max_s(t10, i16x8.min_s(a1, b0));
        t11 = i16x8.max_s(t11, i16x8.min_s(a1, b1));
      }
      const at = to + (j >> 4);
      v128.store(at, t00);
      v128.store(at, t01, 16);
      v128.store(at, t10, EIGHT_ROW);
      v128.store(at, t11, EIGHT_ROW + 16);
    }
    let a = EIGHT + i;
    let t = i16x8.splat(LOWEST);
    for (const end = a + (rows >> 4); a < end; a += 16) {
      t = i16x8.max_s(t, i16x8.min_s(v128.load(a), v128.load(a, EIGHT_ROW)));
    }
    v128.store(to + (i >> 4), t, EIGHT_ROW);
  }
}

/** From which level on two vertices are connected: the lower half of EIGHT_PATHS, where the edges lie first. Over two vertices at once. */
function paths(): void {
  const highest = i16x8.splat(HIGHEST);
  for (let k: usize = 0; k < rows; k += 2 * EIGHT_ROW) {
    columns(k);
    for (let i: usize = 0; i < rows; i += 2 * EIGHT_ROW) {
      const a0 = v128.load(COLUMN_A + (i >> 4));
      const a1 = v128.load(COLUMN_A + (i >> 4), 16);
      const b0 = v128.load(COLUMN_B + (i >> 4));
      const b1 = v128.load(COLUMN_B + (i >> 4), 16);
      let at = EIGHT_PATHS + i;
      let column = COLUMN_A;
      for (const end = at + (i >> 4); at < end; at += 32, column += 32) {
        let a = v128.load(column);
        let b = v128.load(column, COLUMN_B - COLUMN_A);
        v128.store(at, Levels.widest(v128.load(at), a0, a, b0, b));
        v128.store(at, Levels.widest(v128.load(at, EIGHT_ROW), a1, a, b1, b), EIGHT_ROW);
        a = v128.load(column, 16);
        b = v128.load(column, COLUMN_B - COLUMN_A + 16);
        v128.store(at, Levels.widest(v128.load(at, 16), a0, a, b0, b), 16);
        v128.store(at, Levels.widest(v128.load(at, EIGHT_ROW + 16), a1, a, b1, b), EIGHT_ROW + 16);
      }
      v128.store(at, Levels.widest(v128.load(at, EIGHT_ROW), a1, a0, b1, b0), EIGHT_ROW);
    }
  }
}

/** What leads to the vertices of the rows k and k + 1, each by way of the other too. */
function columns(k: usize): void {
  const ends = EIGHT_PATHS + k + (k >> 4);
  const between = v128.load(ends, EIGHT_ROW);
  let to = COLUMN_A;
  for (let at = EIGHT_PATHS + k; at < ends; at += 16, to += 16) {
    Levels.toBoth(to, v128.load(at), v128.load(at, EIGHT_ROW), between);
  }
  Levels.toBoth(to, i16x8.splat(HIGHEST), between, between);
  Levels.toBoth(to + 16, between, i16x8.splat(HIGHEST), between);
  to += 32;
  for (let at = ends + 2 * EIGHT_ROW; at < EIGHT_PATHS + rows; at += EIGHT_ROW, to += 16) {
    Levels.toBoth(to, v128.load(at), v128.load(at, 16), between);
  }
}

/** The levels of hole and cone of the eight maps whose weights lie in EIGHT_EDGES, and the levels from there on. */
export function levelsOfEight(mostLow: v128, mostHigh: v128): void {
  areZerosCounted = false;
  takeLevels(mostLow, mostHigh);
  transpose();
  triangles();
  paths();
  const lowest = i16x8.splat(LOWEST);
  let hole = lowest;
  let cone = lowest;
  for (let i: usize = 0; i < vertices; i++) {
    let at = EIGHT + i * EIGHT_ROW;
    const diagonal = at + (i << 4);
    let least = i16x8.splat(HIGHEST);
    for (; at < diagonal; at += 16) {
      const w = v128.load(at);
      const isHole = v128.and(
        i16x8.gt_s(w, v128.load(at, EIGHT_TRIANGLES - EIGHT)),
        i16x8.gt_s(v128.load(at, EIGHT_PATHS - EIGHT), w),
      );
      hole = i16x8.max_s(hole, v128.bitselect(w, lowest, isHole));
      least = i16x8.min_s(least, w);
    }
    at += 16;
    for (const end = EIGHT + i * EIGHT_ROW + (vertices << 4); at < end; at += 16) {
      least = i16x8.min_s(least, v128.load(at));
    }
    cone = i16x8.max_s(cone, least);
  }
  v128.store(EIGHT_HOLES, hole);
  v128.store(EIGHT_CONES, cone);
  v128.store(EIGHT_TOPS, mostLow);
  v128.store(EIGHT_TOPS, mostHigh, 16);
  listAll();
}

/** Levels of eight edges of eight maps at a time from EIGHT_LEVELS, [edge][map], to EIGHT_LISTS, [map][edge]. */
function transpose(): void {
  const end = EIGHT_LEVELS + ((vertices * (vertices - 1)) << 3);
  let to = EIGHT_LISTS;
  // Whole vectors are made of the edges.
  for (let past = end; past < end + 7 * 16; past += 16) v128.store(past, i16x8.splat(LOWEST));
  for (let at = EIGHT_LEVELS; at < end; at += 128, to += 16) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const e = v128.load(at, 64);
    const f = v128.load(at, 80);
    const g = v128.load(at, 96);
    const h = v128.load(at, 112);
    const ab0 = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    const ab4 = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
    const cd0 = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
    const cd4 = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
    const ef0 = v128.shuffle<i16>(e, f, 0, 8, 1, 9, 2, 10, 3, 11);
    const ef4 = v128.shuffle<i16>(e, f, 4, 12, 5, 13, 6, 14, 7, 15);
    const gh0 = v128.shuffle<i16>(g, h, 0, 8, 1, 9, 2, 10, 3, 11);
    const gh4 = v128.shuffle<i16>(g, h, 4, 12, 5, 13, 6, 14, 7, 15);
    const ad0 = v128.shuffle<i32>(ab0, cd0, 0, 4, 1, 5);
    const ad2 = v128.shuffle<i32>(ab0, cd0, 2, 6, 3, 7);
    const ad4 = v128.shuffle<i32>(ab4, cd4, 0, 4, 1, 5);
    const ad6 = v128.shuffle<i32>(ab4, cd4, 2, 6, 3, 7);
    const eh0 = v128.shuffle<i32>(ef0, gh0, 0, 4, 1, 5);
    const eh2 = v128.shuffle<i32>(ef0, gh0, 2, 6, 3, 7);
    const eh4 = v128.shuffle<i32>(ef4, gh4, 0, 4, 1, 5);
    const eh6 = v128.shuffle<i32>(ef4, gh4, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ad0, eh0, 0, 2));
    v128.store(to, v128.shuffle<i64>(ad0, eh0, 1, 3), EIGHT_ROW);
    v128.store(to, v128.shuffle<i64>(ad2, eh2, 0, 2), 2 * EIGHT_ROW);
    v128.store(to, v128.shuffle<i64>(ad2, eh2, 1, 3), 3 * EIGHT_ROW);
    v128.store(to, v128.shuffle<i64>(ad4, eh4, 0, 2), 4 * EIGHT_ROW);
    v128.store(to, v128.shuffle<i64>(ad4, eh4, 1, 3), 5 * EIGHT_ROW);
    v128.store(to, v128.shuffle<i64>(ad6, eh6, 0, 2), 6 * EIGHT_ROW);
    v128.store(to, v128.shuffle<i64>(ad6, eh6, 1, 3), 7 * EIGHT_ROW);
  }
}

/** Lists the levels of each map from that of its hole or cone on. All maps first: a list that was just written can't be read at once. */
function listAll(): void {
  const bytes = vertices * (vertices - 1);
  let mask = EIGHT_MASKS;
  for (let map: usize = 0; map < 8; map++) {
    const hole = <i32>load<i16>(EIGHT_HOLES + (map << 1));
    const cone = <i32>load<i16>(EIGHT_CONES + (map << 1));
    const below = i16x8.splat(<i16>max(max(hole, cone) - 1, FLOOR));
    let at = EIGHT_LISTS + map * EIGHT_ROW;
    for (const end = at + bytes; at < end; at += 16, mask += 4) {
      store<u32>(mask, i16x8.bitmask(i16x8.gt_s(v128.load(at), below)));
    }
  }
  mask = EIGHT_MASKS;
  const lowest = i16x8.splat(LOWEST);
  for (let map: usize = 0; map < 8; map++) {
    const list = EIGHT_LIST + map * EIGHT_ROW;
    let at = EIGHT_LISTS + map * EIGHT_ROW;
    let to = list;
    for (const end = at + bytes; at < end; at += 16, mask += 4) {
      const chosen = load<u32>(mask);
      v128.store(to, i8x16.swizzle(v128.load(at), v128.load(EIGHT_PACK + ((<usize>chosen) << 4))));
      to += (<usize>popcnt(chosen)) << 1;
    }
    v128.store(to, lowest);
    v128.store(to, lowest, 16);
    store<u32>(EIGHT_COUNTS + (map << 2), <u32>((to - list) >> 1));
  }
}

/** Whether two levels of a list are equal. */
function areEqual(list: usize, count: u32): bool {
  const end = list + ((<usize>count) << 1);
  // What fills up the last vector is equal to nothing.
  const floor = i16x8.splat(FLOOR);
  let equal = i16x8.splat(0);
  for (let at = list; at < end; at += 16) {
    const levels = i16x8.max_s(v128.load(at), floor);
    for (let other = at; other < end; other += 16) {
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 2)));
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 4)));
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 6)));
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 8)));
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 10)));
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 12)));
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 14)));
      equal = v128.or(equal, i16x8.eq(levels, v128.load(other, 16)));
    }
  }
  return v128.any_true(equal);
}

/** The birth of a map, 0 for none; IN_DOUBT where it is to be found by its weights. */
export function birthOfEight(map: u32): u32 {
  const hole = <i32>load<i16>(EIGHT_HOLES + ((<usize>map) << 1));
  const cone = <i32>load<i16>(EIGHT_CONES + ((<usize>map) << 1));
  const rank = load<u32>(EIGHT_COUNTS + ((<usize>map) << 2));
  const top = load<f32>(EIGHT_TOPS + ((<usize>map) << 2));
  if (top < LEAST_TOP) return top == 0 && allElseIsZero(map, 0) ? 0 : IN_DOUBT;
  if (areEqual(EIGHT_LIST + <usize>map * EIGHT_ROW, rank)) return IN_DOUBT;
  if (hole > cone && hole > FLOOR) return rank;
  return cone > FLOOR || allElseIsZero(map, rank) ? 0 : IN_DOUBT;
}

/** How many weights of each map are zero. */
function countZeroWeights(): void {
  const zero = f32x4.splat(0);
  let low = i32x4.splat(0);
  let high = low;
  const end = EIGHT_EDGES + ((vertices * (vertices - 1)) << 4);
  for (let at = EIGHT_EDGES; at < end; at += 32) {
    low = i32x4.sub(low, f32x4.eq(v128.load(at), zero));
    high = i32x4.sub(high, f32x4.eq(v128.load(at, 16), zero));
  }
  v128.store(EIGHT_ZEROS, low);
  v128.store(EIGHT_ZEROS, high, 16);
  areZerosCounted = true;
}

/** Whether all but the listed weights of a map are zero, and so one tie, which completes the graph. */
function allElseIsZero(map: u32, listed: u32): bool {
  if (!areZerosCounted) countZeroWeights();
  return <usize>(load<u32>(EIGHT_ZEROS + ((<usize>map) << 2)) + listed) == (vertices * (vertices - 1)) >> 1;
}

/** Puts the weights of a map into its row of ROWS, in whole vectors. */
export function rowOfEight(map: u32): usize {
  const row = ROWS + <usize>(map & 3) * ROW_BYTES;
  const last = row + ((vertices * (vertices - 1)) << 1);
  let from = EIGHT_EDGES + ((<usize>map) << 2);
  v128.store(last, f32x4.splat(-Infinity));
  for (let at = row; at < last; at += 4, from += 32) store<f32>(at, load<f32>(from));
  return row;
}

/** Byte shuffles that move chosen 16-bit lanes to the front, and levels that are LOWEST behind them. */
export function tableEightPacking(): void {
  for (let chosen: u32 = 0; chosen < 256; chosen++) {
    let to = EIGHT_PACK + ((<usize>chosen) << 4);
    v128.store(to, i8x16.splat(-1));
    for (let lane: u32 = 0; lane < 8; lane++) {
      if (((chosen >> lane) & 1) == 0) continue;
      store<u8>(to, <u8>(2 * lane));
      store<u8>(to, <u8>(2 * lane + 1), 1);
      to += 2;
    }
  }
}
