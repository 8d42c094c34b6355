// The births of maps of N ≤ 8 without an order of their edges: four maps at a time, one in each lane.
//
// On the two ends of an edge, T is the largest weight from which on they have a common neighbour, P the largest from which on they are
// connected. An edge of weight w with T < w < P makes a hole: its ends are connected before it, and it lies in no triangle. The largest such w is
// the birth, if no two edges before it are equal: each of those either joins two components or has a common neighbour there already.

import { FEW, FEW_PATHS, FEW_TRIANGLES, QUAD_RANKS, ROW_BYTES, ROWS } from './layout';

/** Edges of N = 8. */
export const FEW_EDGES: u32 = 28;
/** What birthOfFew says where equal edges come before the birth. */
export const TIED: u32 = 0xffffffff;

let vertices: u32 = 0;
let bytes: usize = 0;

/** Prepares for maps of so many rows. */
export function tableFew(size: u32): void {
  vertices = size;
  bytes = (<usize>((size * (size - 1)) >> 1)) << 4;
}

/** Lists of instructions where vertices are constants. */
class Paths {
  /** Edges lie by column, then row: those of fewer vertices are the first of them. */
  @inline
  static edge(i: usize, j: usize): usize {
    return (i < j ? ((j * (j - 1)) >> 1) + i : ((i * (i - 1)) >> 1) + j) << 4;
  }

  @inline
  static weight(from: usize, i: usize, k: usize): v128 {
    return i == k ? f32x4.splat(Infinity) : v128.load(from + Paths.edge(i, k));
  }

  /** The path i – k – j, whose two edges are a and b. */
  @inline
  static relax(to: usize, k: usize, i: usize, j: usize, a: v128, b: v128): void {
    if (i == k || j == k) return;
    v128.store(to + Paths.edge(i, j), f32x4.pmax(v128.load(to + Paths.edge(i, j)), f32x4.pmin(a, b)));
  }

  /** All paths over k, by the edges of `from`, into `to`; k is a constant, so that this is a list of instructions. The least edge of k. */
  @inline
  static through(from: usize, to: usize, k: usize): v128 {
    const w0 = Paths.weight(from, 0, k);
    const w1 = Paths.weight(from, 1, k);
    const w2 = Paths.weight(from, 2, k);
    const w3 = Paths.weight(from, 3, k);
    let least = f32x4.pmin(f32x4.pmin(w0, w1), f32x4.pmin(w2, w3));
    Paths.relax(to, k, 0, 1, w0, w1);
    Paths.relax(to, k, 0, 2, w0, w2);
    Paths.relax(to, k, 1, 2, w1, w2);
    Paths.relax(to, k, 0, 3, w0, w3);
    Paths.relax(to, k, 1, 3, w1, w3);
    Paths.relax(to, k, 2, 3, w2, w3);
    if (vertices == 4) return least;
    const w4 = Paths.weight(from, 4, k);
    least = f32x4.pmin(least, w4);
    Paths.relax(to, k, 0, 4, w0, w4);
    Paths.relax(to, k, 1, 4, w1, w4);
    Paths.relax(to, k, 2, 4, w2, w4);
    Paths.relax(to, k, 3, 4, w3, w4);
    if (vertices == 5) return least;
    const w5 = Paths.weight(from, 5, k);
    least = f32x4.pmin(least, w5);
    Paths.relax(to, k, 0, 5, w0, w5);
    Paths.relax(to, k, 1, 5, w1, w5);
    Paths.relax(to, k, 2, 5, w2, w5);
    Paths.relax(to, k, 3, 5, w3, w5);
    Paths.relax(to, k, 4, 5, w4, w5);
    if (vertices == 6) return least;
    const w6 = Paths.weight(from, 6, k);
    least = f32x4.pmin(least, w6);
    Paths.relax(to, k, 0, 6, w0, w6);
    Paths.relax(to, k, 1, 6, w1, w6);
    Paths.relax(to, k, 2, 6, w2, w6);
    Paths.relax(to, k, 3, 6, w3, w6);
    Paths.relax(to, k, 4, 6, w4, w6);
    Paths.relax(to, k, 5, 6, w5, w6);
    if (vertices == 7) return least;
    const w7 = Paths.weight(from, 7, k);
    least = f32x4.pmin(least, w7);
    Paths.relax(to, k, 0, 7, w0, w7);
    Paths.relax(to, k, 1, 7, w1, w7);
    Paths.relax(to, k, 2, 7, w2, w7);
    Paths.relax(to, k, 3, 7, w3, w7);
    Paths.relax(to, k, 4, 7, w4, w7);
    Paths.relax(to, k, 5, 7, w5, w7);
    Paths.relax(to, k, 6, 7, w6, w7);
    return least;
  }
}

/** The paths over each vertex in turn; the largest weight from which on one vertex is adjacent to all others. */
function throughAll(from: usize, to: usize): v128 {
  let cone = f32x4.pmax(
    f32x4.pmax(Paths.through(from, to, 0), Paths.through(from, to, 1)),
    f32x4.pmax(Paths.through(from, to, 2), Paths.through(from, to, 3)),
  );
  if (vertices > 4) cone = f32x4.pmax(cone, Paths.through(from, to, 4));
  if (vertices > 5) cone = f32x4.pmax(cone, Paths.through(from, to, 5));
  if (vertices > 6) cone = f32x4.pmax(cone, Paths.through(from, to, 6));
  if (vertices > 7) cone = f32x4.pmax(cone, Paths.through(from, to, 7));
  return cone;
}

/** The births of the four maps whose edges lie in FEW. */
export function birthsOfFew(): void {
  const none = f32x4.splat(-Infinity);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(FEW_TRIANGLES + at, none);
    v128.store(FEW_PATHS + at, v128.load(FEW + at));
  }
  // From a cone on no hole is born.
  const cone = throughAll(FEW, FEW_TRIANGLES);
  throughAll(FEW_PATHS, FEW_PATHS);
  let birth = cone;
  for (let at: usize = 0; at < bytes; at += 16) {
    const w = v128.load(FEW + at);
    const isHole = v128.and(
      f32x4.lt(v128.load(FEW_TRIANGLES + at), w),
      f32x4.lt(w, v128.load(FEW_PATHS + at)),
    );
    birth = f32x4.pmax(birth, v128.bitselect(w, none, isHole));
  }
  const ranks = v128.and(rankBefore(birth), f32x4.gt(birth, cone));
  v128.store(QUAD_RANKS, v128.or(ranks, areEqual()));
}

/** One more than there are edges above a weight. Of the others NaN, which is equal to none, goes to FEW_PATHS. */
function rankBefore(weight: v128): v128 {
  let minusRank = i32x4.splat(-1);
  for (let at: usize = 0; at < bytes; at += 16) {
    const w = v128.load(FEW + at);
    const isBefore = f32x4.gt(w, weight);
    minusRank = i32x4.add(minusRank, isBefore);
    v128.store(FEW_PATHS + at, v128.or(w, v128.not(isBefore)));
  }
  v128.store(FEW_PATHS + bytes, f32x4.splat(NaN));
  v128.store(FEW_PATHS + bytes, f32x4.splat(NaN), 16);
  return i32x4.neg(minusRank);
}

/** Whether two of FEW_PATHS are equal: three at a time against those behind them. */
function areEqual(): v128 {
  const end = FEW_PATHS + bytes;
  let equal = i32x4.splat(0);
  for (let at = FEW_PATHS; at < end; at += 48) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    equal = v128.or(equal, v128.or(f32x4.eq(a, b), v128.or(f32x4.eq(a, c), f32x4.eq(b, c))));
    for (let other = at + 48; other < end; other += 16) {
      const w = v128.load(other);
      equal = v128.or(equal, v128.or(f32x4.eq(a, w), v128.or(f32x4.eq(b, w), f32x4.eq(c, w))));
    }
  }
  return equal;
}

/** The birth of a lane, 0 for none; or TIED. */
export function birthOfFew(lane: u32): u32 {
  return load<u32>(QUAD_RANKS + ((<usize>lane) << 2));
}

/** Puts the edges of a lane into its row of ROWS, in whole vectors. */
export function rowOfFew(lane: u32): void {
  const row = ROWS + <usize>lane * ROW_BYTES;
  const last = row + (bytes >> 2);
  let from = FEW + ((<usize>lane) << 2);
  v128.store(last, f32x4.splat(-Infinity));
  for (let at = row; at < last; at += 4, from += 16) store<f32>(at, load<f32>(from));
}
