// The shape of a graph with fewer vertices: strong collapses of its flag complex (Barmak and Minian, 2012).

import { clearBit, row, setBit, words } from './graph';
import { CORE, NEIGHBOURS, PENDING } from './layout';

export const NO_EDGE_LEFT: u32 = 0;
export const HOLE_LEFT: u32 = 1;
const UNCLEAR: u32 = 2;

/**
 * Takes out vertices whose closed neighbourhood lies in that of a neighbour, which changes no homotopy type, until there is none. NO_EDGE_LEFT:
 * there is no hole; HOLE_LEFT: an edge in no triangle lies on a cycle that is left; else UNCLEAR.
 */
export function collapse(size: u32): u32 {
  const bytes = words << 3;
  for (let u: u32 = 0; u < size; u++) {
    for (let word: usize = 0; word < bytes; word += 8) {
      store<u64>(
        row(CORE, u) + word,
        load<u64>(row(NEIGHBOURS, u) + word) | load<u64>(row(PENDING, u) + word),
      );
    }
    setBit(CORE, u, u);
  }
  let changed = true;
  while (changed) {
    changed = false;
    for (let v: u32 = 0; v < size; v++) {
      if (!isDominated(v, bytes)) continue;
      takeOut(v);
      changed = true;
    }
  }
  let left = false;
  for (let u: u32 = 0; u < size; u++) {
    let degree: u64 = 0;
    for (let word: usize = 0; word < bytes; word += 8) degree += popcnt(load<u64>(row(CORE, u) + word));
    if (degree > 1) left = true;
    if (degree > 2 && someFreeEdgeOnCycle(u)) return HOLE_LEFT;
  }
  return left ? UNCLEAR : NO_EDGE_LEFT;
}

/** Whether an edge from u on, in no triangle of the CORE, has its ends connected without it. */
function someFreeEdgeOnCycle(u: u32): bool {
  const bytes = words << 3;
  const mine = row(CORE, u);
  for (let word: usize = 0; word < words; word++) {
    let found = load<u64>(mine + (word << 3));
    while (found != 0) {
      const v = <u32>(word << 6) + <u32>ctz(found);
      found &= found - 1;
      if (v <= u) continue;
      let common: u64 = 0;
      for (let at: usize = 0; at < bytes; at += 8)
        common += popcnt(load<u64>(mine + at) & load<u64>(row(CORE, v) + at));
      // The two ends themselves.
      if (common == 2 && connectedWithout(u, v, bytes)) return true;
    }
  }
  return false;
}

const reached = memory.data(64, 16);
const frontier = memory.data(64, 16);

function connectedWithout(u: u32, v: u32, bytes: usize): bool {
  memory.fill(reached, 0, 64);
  memory.copy(frontier, row(CORE, u), bytes);
  const vAt = frontier + ((<usize>(v >> 6)) << 3);
  store<u64>(vAt, load<u64>(vAt) & ~((<u64>1) << (v & 63)));
  const uAt = reached + ((<usize>(u >> 6)) << 3);
  store<u64>(uAt, (<u64>1) << (u & 63));
  while (true) {
    let next: u32 = 0xffffffff;
    for (let word: usize = 0; word < bytes; word += 8) {
      const fresh = load<u64>(frontier + word) & ~load<u64>(reached + word);
      if (fresh != 0) {
        next = <u32>(word << 3) + <u32>ctz(fresh);
        break;
      }
    }
    if (next == 0xffffffff) return false;
    if (next == v) return true;
    const at = reached + ((<usize>(next >> 6)) << 3);
    store<u64>(at, load<u64>(at) | ((<u64>1) << (next & 63)));
    for (let word: usize = 0; word < bytes; word += 8) {
      store<u64>(frontier + word, load<u64>(frontier + word) | load<u64>(row(CORE, next) + word));
    }
  }
}

function isDominated(v: u32, bytes: usize): bool {
  const mine = row(CORE, v);
  for (let word: usize = 0; word < words; word++) {
    let found = load<u64>(mine + (word << 3));
    while (found != 0) {
      const u = <u32>(word << 6) + <u32>ctz(found);
      found &= found - 1;
      if (u != v && liesIn(mine, row(CORE, u), bytes)) return true;
    }
  }
  return false;
}

function takeOut(v: u32): void {
  const mine = row(CORE, v);
  for (let word: usize = 0; word < words; word++) {
    let found = load<u64>(mine + (word << 3));
    store<u64>(mine + (word << 3), 0);
    while (found != 0) {
      const u = <u32>(word << 6) + <u32>ctz(found);
      found &= found - 1;
      clearBit(CORE, u, v);
    }
  }
}

function liesIn(a: usize, b: usize, bytes: usize): bool {
  for (let word: usize = 0; word < bytes; word += 8) {
    if ((load<u64>(a + word) & ~load<u64>(b + word)) != 0) return false;
  }
  return true;
}
