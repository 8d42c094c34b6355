// A rank of several edges: β1 at its end, exactly (docs/method.md, section 1).
//
// Dual form of the local reduction. β1 was 0 before the rank, so every cocycle over Z/2 can be taken to be 0 on the
// old edges and on the new ones that join components. The rest follows by propagation: two edges of a triangle
// at 0 put the third at 0. NEIGHBOURS holds the edges known to be 0, PENDING those that are not: β1 = 0 if none is
// left; else β1 is the dimension of what the triangles leave free.

import { collapse, HOLE_LEFT, NO_EDGE_LEFT } from './collapse';
import { connect, clearBit, clearRows, hasBit, haveCommonNeighbour, join, row, words } from './graph';
import { CLASSES, NEIGHBOURS, PENDING, QUEUE, SORTED_IDS, UNKNOWNS } from './layout';
import { COLLAPSE, isOn } from './switches';
import { edgeEnds } from './weights';

export const NO_HOLE: u32 = 0;
export const HOLE: u32 = 1;
/** From here on one vertex is adjacent to all others: β1 stays 0 for good. */
export const NO_HOLE_EVER: u32 = 2;
/** Too many unknowns for the small elimination here: the caller decides by other means. */
export const UNDECIDED: u32 = 3;

const MOST_UNKNOWNS: u32 = 4096;
const MOST_ROUNDS = 12;

let pending: u32 = 0;

/**
 * Enters the edges from <= place < to of the sorted list as one rank.
 *
 * @param complete whether the graph is complete with them
 * @param known whether the caller knows that β1 = 0 at the end of this rank
 * @param solving whether the unknowns that are left are solved for here
 */
export function enterRank(from: u32, to: u32, size: u32, complete: bool, known: bool, solving: bool): u32 {
  if (complete) return NO_HOLE_EVER;
  // Many edges at once often fill some row: then none of them needs a look.
  if (to - from >= size) {
    if (someVertexMeetsAllWith(from, to, size)) return NO_HOLE_EVER;
    if (!known && isOn(COLLAPSE)) {
      const shape = collapse(size);
      if (shape == HOLE_LEFT) return HOLE;
      if (shape == NO_EDGE_LEFT) {
        enterAll(size);
        return NO_HOLE;
      }
    }
  }
  pending = 0;
  for (let at = from; at < to; at++) {
    const ends = edgeEnds(load<u32>(SORTED_IDS + ((<usize>at) << 2)));
    const u = ends >> 16;
    const v = ends & 0xffff;
    if (haveCommonNeighbour(u, v) || join(u, v)) {
      connect(NEIGHBOURS, u, v);
      if (pending != 0) propagate(u, v);
    } else {
      if (pending == 0) clearRows(PENDING, size);
      connect(PENDING, u, v);
      pending++;
    }
  }
  if (pending == 0) return NO_HOLE;
  if (!known) {
    if (somePendingWithoutTriangle(size)) return HOLE;
    if (someVertexMeetsAll(size)) return NO_HOLE_EVER;
    const decided = solving ? solve(size) : UNDECIDED;
    if (decided != NO_HOLE) return decided;
  }
  for (let u: u32 = 0; u < size; u++) {
    for (let word: usize = 0; word < words << 3; word += 8) {
      const at = row(NEIGHBOURS, u) + word;
      store<u64>(at, load<u64>(at) | load<u64>(row(PENDING, u) + word));
    }
  }
  return NO_HOLE;
}

/** Whether some vertex is adjacent to all others: β1 is 0 and stays so. Between ranks only. */
export function isCone(size: u32): bool {
  clearRows(PENDING, size);
  return someVertexMeetsAll(size);
}

function someVertexMeetsAllWith(from: u32, to: u32, size: u32): bool {
  clearRows(PENDING, size);
  for (let at = from; at < to; at++) {
    const ends = edgeEnds(load<u32>(SORTED_IDS + ((<usize>at) << 2)));
    connect(PENDING, ends >> 16, ends & 0xffff);
  }
  return someVertexMeetsAll(size);
}

/** PENDING holds the new edges, which join components as they enter. */
function enterAll(size: u32): void {
  for (let u: u32 = 0; u < size; u++) {
    for (let word: usize = 0; word < words; word++) {
      const at = row(NEIGHBOURS, u) + (word << 3);
      let found = load<u64>(row(PENDING, u) + (word << 3));
      store<u64>(at, load<u64>(at) | found);
      while (found != 0) {
        const v = <u32>(word << 6) + <u32>ctz(found);
        found &= found - 1;
        if (v > u) join(u, v);
      }
    }
  }
}

/** An edge has become known: so do the pending edges that close a triangle with it and another known one. */
function propagate(u: u32, v: u32): void {
  let queued: usize = 0;
  store<u32>(QUEUE, (u << 16) | v);
  queued = 1;
  while (queued != 0 && pending != 0) {
    queued--;
    const ends = load<u32>(QUEUE + (queued << 2));
    queued = settle(ends >> 16, ends & 0xffff, queued);
    queued = settle(ends & 0xffff, ends >> 16, queued);
  }
}

/** Pending edges {v, w} with {u, w} known. */
function settle(u: u32, v: u32, queued: usize): usize {
  for (let word: usize = 0; word < words; word++) {
    let found = load<u64>(row(NEIGHBOURS, u) + (word << 3)) & load<u64>(row(PENDING, v) + (word << 3));
    while (found != 0) {
      const w = <u32>(word << 6) + <u32>ctz(found);
      found &= found - 1;
      clearBit(PENDING, v, w);
      clearBit(PENDING, w, v);
      connect(NEIGHBOURS, v, w);
      pending--;
      store<u32>(QUEUE + (queued << 2), (v << 16) | w);
      queued++;
    }
  }
  return queued;
}

/** A pending edge in no triangle at all is free: a hole. */
function somePendingWithoutTriangle(size: u32): bool {
  for (let u: u32 = 0; u < size; u++) {
    for (let word: usize = 0; word < words; word++) {
      let found = load<u64>(row(PENDING, u) + (word << 3));
      while (found != 0) {
        const v = <u32>(word << 6) + <u32>ctz(found);
        found &= found - 1;
        if (v > u && !inSomeTriangle(u, v)) return true;
      }
    }
  }
  return false;
}

function inSomeTriangle(u: u32, v: u32): bool {
  for (let word: usize = 0; word < words << 3; word += 8) {
    const a = load<u64>(row(NEIGHBOURS, u) + word) | load<u64>(row(PENDING, u) + word);
    const b = load<u64>(row(NEIGHBOURS, v) + word) | load<u64>(row(PENDING, v) + word);
    if ((a & b) != 0) return true;
  }
  return false;
}

function someVertexMeetsAll(size: u32): bool {
  for (let u: u32 = 0; u < size; u++) {
    let degree: u64 = 0;
    for (let word: usize = 0; word < words << 3; word += 8) {
      degree += popcnt(load<u64>(row(NEIGHBOURS, u) + word) | load<u64>(row(PENDING, u) + word));
    }
    if (degree == size - 1) return true;
  }
  return false;
}

// The unknowns: one a pending edge, in classes of equal value. Class 0 has the value 0.

function classOf(u: u32, v: u32): u32 {
  let at = load<u32>(UNKNOWNS + ((<usize>((u << 9) | v)) << 2));
  let parent = load<u32>(CLASSES + ((<usize>at) << 2));
  while (parent != at) {
    at = parent;
    parent = load<u32>(CLASSES + ((<usize>at) << 2));
  }
  return at;
}

/** The smaller class remains, so that class 0 does. */
function equate(a: u32, b: u32): bool {
  if (a == b) return false;
  if (a < b) store<u32>(CLASSES + ((<usize>b) << 2), a);
  else store<u32>(CLASSES + ((<usize>a) << 2), b);
  return true;
}

function solve(size: u32): u32 {
  if (pending > MOST_UNKNOWNS) return UNDECIDED;
  numberUnknowns(size);
  // Each round goes over all triangles of unknown edges: bounded, so that no tie takes long.
  for (let round = 0; equateByTriangles(size); round++) {
    if (round == MOST_ROUNDS) return UNDECIDED;
  }
  const classes = numberClasses();
  if (classes == 0) return NO_HOLE;
  if (classes > 64) return UNDECIDED;
  return independentSums(size) == classes ? NO_HOLE : HOLE;
}

function numberUnknowns(size: u32): void {
  let unknown: u32 = 0;
  store<u32>(CLASSES, 0);
  for (let u: u32 = 0; u < size; u++) {
    for (let v = u + 1; v < size; v++) {
      if (!hasBit(PENDING, u, v)) continue;
      unknown++;
      store<u32>(CLASSES + ((<usize>unknown) << 2), unknown);
      store<u32>(UNKNOWNS + ((<usize>((u << 9) | v)) << 2), unknown);
      store<u32>(UNKNOWNS + ((<usize>((v << 9) | u)) << 2), unknown);
    }
  }
}

/** One round over the triangles of pending edges; whether anything changed. */
function equateByTriangles(size: u32): bool {
  let changed = false;
  for (let u: u32 = 0; u < size; u++) {
    for (let v: u32 = 0; v < size; v++) {
      if (u == v || !hasBit(PENDING, u, v)) continue;
      for (let w: u32 = 0; w < size; w++) {
        if (!hasBit(PENDING, v, w)) continue;
        if (hasBit(NEIGHBOURS, u, w)) {
          if (equate(classOf(u, v), classOf(v, w))) changed = true;
        } else if (hasBit(PENDING, u, w)) {
          // x + y + z = 0 with two of them equal: the third is 0. With one at 0 the others are equal.
          const x = classOf(u, v);
          const y = classOf(v, w);
          const z = classOf(u, w);
          if (x == y && equate(z, 0)) changed = true;
          else if (z == 0 && equate(x, y)) changed = true;
        }
      }
    }
  }
  return changed;
}

/** Numbers the classes other than 0 in the QUEUE, which is free now. */
function numberClasses(): u32 {
  let classes: u32 = 0;
  for (let at: u32 = 1; at <= pending; at++) {
    if (load<u32>(CLASSES + ((<usize>at) << 2)) == at) store<u32>(QUEUE + ((<usize>at) << 2), classes++);
  }
  return classes;
}

const pivots = memory.data(64 * 8, 8);

/** The rank of the sums x + y + z = 0 over the classes, by elimination on 64-bit rows. */
function independentSums(size: u32): u32 {
  memory.fill(pivots, 0, 64 * 8);
  let rank: u32 = 0;
  for (let u: u32 = 0; u < size; u++) {
    for (let v = u + 1; v < size; v++) {
      if (!hasBit(PENDING, u, v)) continue;
      for (let w = v + 1; w < size; w++) {
        if (!hasBit(PENDING, u, w) || !hasBit(PENDING, v, w)) continue;
        let sum = unit(classOf(u, v)) ^ unit(classOf(u, w)) ^ unit(classOf(v, w));
        while (sum != 0) {
          const pivot = pivots + ((<usize>ctz(sum)) << 3);
          const other = load<u64>(pivot);
          if (other == 0) {
            store<u64>(pivot, sum);
            rank++;
            break;
          }
          sum ^= other;
        }
      }
    }
  }
  return rank;
}

function unit(at: u32): u64 {
  return at == 0 ? 0 : (<u64>1) << load<u32>(QUEUE + ((<usize>at) << 2));
}
