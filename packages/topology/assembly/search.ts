// The edges of a map enter in order, until a hole is born.

import { clearGraph, connect, haveCommonNeighbour, label, relabel } from './graph';
import { ENDS, LABELS, NEIGHBOURS, SORTED_IDS, SORTED_KEYS } from './layout';
import { SMALL_SIZE } from './small';
import { BYTE_LABELS, isOn, SOLVE_TIES } from './switches';
import { enterRank, HOLE, NO_HOLE, NO_HOLE_EVER } from './ties';
import { edgeEnds, inRow } from './weights';

/** Edges that have entered, and the rank of the last. */
export let entered: u32 = 0;
let rank: u32 = 0;

/** Whether a tie is left to the caller, and its rank. */
export let isUndecided: bool = false;
export let rankInDoubt: u32 = 0;

export const GO_ON: u32 = 0xffffffff;

export function startSearch(size: u32): void {
  clearGraph(size);
  entered = 0;
  rank = 0;
  isUndecided = false;
}

/** Enters the first `count` of the sorted list as the first rank. */
export function enterTop(count: u32, size: u32, edges: u32, known: u32): u32 {
  rank = 1;
  entered = count;
  return enterTie(0, count, size, edges, known);
}

/** Enters the sorted edges rank by rank: the birth rank, 0 for none ever, or GO_ON. */
export function search(found: u32, size: u32, edges: u32, limit: u32, known: u32): u32 {
  const end = (<usize>found) << 2;
  store<f32>(SORTED_KEYS + end, -Infinity);
  if (size <= SMALL_SIZE && isOn(BYTE_LABELS)) return searchSmall(end, size, edges, limit, known);
  const alwaysRelabel = size <= 64;
  let at: usize = 0;
  while (at < end) {
    if (++rank > limit) return 0;
    const key = load<f32>(SORTED_KEYS + at);
    let next = at + 4;
    if (load<f32>(SORTED_KEYS + next) != key) {
      const ends = edgeEnds(load<u32>(SORTED_IDS + at));
      const u = ends >> 16;
      const v = ends & 0xffff;
      entered++;
      const a = label(u);
      const b = label(v);
      if (alwaysRelabel) {
        const rowU = NEIGHBOURS + (u << 3);
        const rowV = NEIGHBOURS + (v << 3);
        const nearU = load<u64>(rowU);
        const nearV = load<u64>(rowV);
        if (((nearU & nearV) == 0) & (a == b)) return rank;
        relabel(a, b);
        store<u64>(rowU, nearU | ((<u64>1) << v));
        store<u64>(rowV, nearV | ((<u64>1) << u));
      } else {
        if (a == b && !haveCommonNeighbour(u, v)) return rank;
        if (a != b) relabel(a, b);
        connect(NEIGHBOURS, u, v);
      }
    } else {
      while (load<f32>(SORTED_KEYS + next) == key) next += 4;
      entered += <u32>((next - at) >> 2);
      const birth = enterTie(<u32>(at >> 2), <u32>(next >> 2), size, edges, known);
      if (birth != GO_ON) return birth;
    }
    at = next;
  }
  return GO_ON;
}

/** The labels of the first 16 vertices, a byte each. */
function byteLabels(): v128 {
  return i8x16.narrow_i16x8_u(v128.load(LABELS), v128.load(LABELS, 16));
}

function keepByteLabels(labels: v128): void {
  v128.store(LABELS, i16x8.extend_low_i8x16_u(labels));
  v128.store(LABELS, i16x8.extend_high_i8x16_u(labels), 16);
}

/** As search, of N ≤ 16: the labels of all vertices are one vector, which stays in a register. */
function searchSmall(end: usize, size: u32, edges: u32, limit: u32, known: u32): u32 {
  let labels = byteLabels();
  const before = entered;
  let reached = rank;
  let at: usize = 0;
  while (at < end) {
    if (++reached > limit) return 0;
    const key = load<f32>(SORTED_KEYS + at);
    const ends = inRow
      ? load<u32>(ENDS + (load<u32>(SORTED_IDS + at) << 2))
      : edgeEnds(load<u32>(SORTED_IDS + at));
    let next = at + 4;
    if (load<f32>(SORTED_KEYS + next) != key) {
      const u = ends >> 16;
      const v = ends & 0xffff;
      const a = i8x16.swizzle(labels, i8x16.splat(<i8>u));
      const b = i8x16.swizzle(labels, i8x16.splat(<i8>v));
      const rowU = NEIGHBOURS + (u << 3);
      const rowV = NEIGHBOURS + (v << 3);
      const nearU = load<u64>(rowU);
      const nearV = load<u64>(rowV);
      if (((nearU & nearV) == 0) & (i8x16.extract_lane_u(i8x16.eq(a, b), 0) != 0)) {
        entered = before + <u32>(next >> 2);
        return reached;
      }
      labels = v128.bitselect(b, labels, i8x16.eq(labels, a));
      store<u64>(rowU, nearU | ((<u64>1) << v));
      store<u64>(rowV, nearV | ((<u64>1) << u));
    } else {
      while (load<f32>(SORTED_KEYS + next) == key) next += 4;
      entered = before + <u32>(next >> 2);
      rank = reached;
      keepByteLabels(labels);
      const birth = enterTie(<u32>(at >> 2), <u32>(next >> 2), size, edges, known);
      if (birth != GO_ON) return birth;
      labels = byteLabels();
    }
    at = next;
  }
  entered = before + <u32>(end >> 2);
  rank = reached;
  keepByteLabels(labels);
  return GO_ON;
}

/** Enters the edges from <= place < to of the sorted list as the current rank: as search. */
function enterTie(from: u32, to: u32, size: u32, edges: u32, known: u32): u32 {
  const solving = isOn(SOLVE_TIES);
  const verdict = enterRank(from, to, size, entered == edges, rank <= known, solving);
  if (verdict == NO_HOLE) return GO_ON;
  if (verdict == HOLE) return rank;
  if (verdict == NO_HOLE_EVER) return 0;
  isUndecided = true;
  rankInDoubt = rank;
  return 0;
}
