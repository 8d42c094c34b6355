// The graph so far: neighbours as bitset rows, components as labels of the vertices.

import { LABELS, NEIGHBOURS } from './layout';

/** log2 of the bytes of a bitset row: 64, 128 or 512 vertices. */
export let rowShift: usize = 3;

/** 64-bit words of a row. */
export let words: usize = 1;

let labelsEnd: usize = LABELS;

export function clearGraph(size: u32): void {
  rowShift = size <= 64 ? 3 : size <= 128 ? 4 : 6;
  words = ((<usize>1) << rowShift) >> 3;
  clearRows(NEIGHBOURS, size);
  let labels = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  const eight = i16x8.splat(8);
  labelsEnd = LABELS + ((<usize>max<u32>(size, 16)) << 1);
  for (let at = LABELS; at < labelsEnd; at += 16) {
    v128.store(at, labels);
    labels = i16x8.add(labels, eight);
  }
}

export function clearRows(rows: usize, size: u32): void {
  const zero = i64x2.splat(0);
  const end = rows + ((<usize>size) << rowShift);
  for (let at = rows; at < end; at += 16) v128.store(at, zero);
}

export function row(rows: usize, vertex: u32): usize {
  return rows + ((<usize>vertex) << rowShift);
}

export function setBit(rows: usize, u: u32, v: u32): void {
  const at = row(rows, u) + ((<usize>(v >> 6)) << 3);
  store<u64>(at, load<u64>(at) | ((<u64>1) << (v & 63)));
}

export function clearBit(rows: usize, u: u32, v: u32): void {
  const at = row(rows, u) + ((<usize>(v >> 6)) << 3);
  store<u64>(at, load<u64>(at) & ~((<u64>1) << (v & 63)));
}

export function hasBit(rows: usize, u: u32, v: u32): bool {
  return ((load<u64>(row(rows, u) + ((<usize>(v >> 6)) << 3)) >> (v & 63)) & 1) != 0;
}

export function connect(rows: usize, u: u32, v: u32): void {
  setBit(rows, u, v);
  setBit(rows, v, u);
}

export function haveCommonNeighbour(u: u32, v: u32): bool {
  if (rowShift == 3) return (load<u64>(row(NEIGHBOURS, u)) & load<u64>(row(NEIGHBOURS, v))) != 0;
  return haveCommonNeighbourWide(u, v);
}

function haveCommonNeighbourWide(u: u32, v: u32): bool {
  const a = row(NEIGHBOURS, u);
  const b = row(NEIGHBOURS, v);
  let common = v128.and(v128.load(a), v128.load(b));
  for (let at: usize = 16; at < words << 3; at += 16) {
    common = v128.or(common, v128.and(v128.load(a + at), v128.load(b + at)));
  }
  return v128.any_true(common);
}

/** Two vertices are connected exactly if their labels are equal. */
export function label(vertex: u32): u32 {
  return load<u16>(LABELS + ((<usize>vertex) << 1));
}

/** Every vertex, eight at a time and without a branch: cheaper than the mispredicted steps of a union–find. */
export function relabel(from: u32, to: u32): void {
  const old = i16x8.splat(<i16>from);
  const fresh = i16x8.splat(<i16>to);
  for (let at = LABELS; at < labelsEnd; at += 16) {
    const labels = v128.load(at);
    v128.store(at, v128.bitselect(fresh, labels, i16x8.eq(labels, old)));
  }
}

/** Joins two components; false if they were one. */
export function join(u: u32, v: u32): bool {
  const a = label(u);
  const b = label(v);
  if (a == b) return false;
  relabel(a, b);
  return true;
}
