// The birth of a map from the weights of its edges: range by range, from the largest on, so that few are sorted.

import { anyNegative, collect, countTops, largestWeight, leastKey, narrow, repack } from './candidates';
import { FEW_EDGES } from './few';
import { IDS, SORTED_IDS } from './layout';
import { order } from './order';
import { entered, enterTop, GO_ON, search, startSearch } from './search';
import { isOn, LEARN, NARROW, RANK_ORDER, SELECT, TOP_TIE, ZEROS_LAST } from './switches';
import { isCone } from './ties';
import { inRow } from './weights';

// What earlier maps teach about where to cut; results do not depend on it. The caller may keep both by layer.
export let wanted: f32 = 8;
export let relativeGap: f32 = 0.25;
let learning = true;

/** More candidates than that are not worth their sorting where most births come earlier. */
const MOST_WANTED: f32 = 256;

/** The birth rank of the map whose weights are in use (weights.ts), 0 for none; undecided where search says so. */
export function birthRank(size: u32, limit: u32, known: u32): u32 {
  const edges = (size * (size - 1)) >> 1;
  startSearch(size);
  const largest = largestWeight();
  // Of zeros alone nothing is to be learnt: they are one tie, which completes the graph.
  if (largest == 0 && isOn(ZEROS_LAST) && !anyNegative()) return 0;
  const atLeast = <u32>min<f32>(wanted, <f32>edges * 0.5) + 4;
  const atMost = atLeast + (atLeast >> 1) + 12;
  let above: f32 =
    inRow && edges <= FEW_EDGES && largest > 0 && isOn(SELECT) ? 0 : firstThreshold(largest, atLeast, atMost);
  if (above == SATURATED) return birthRankOfSaturated(size, edges, limit, known, largest);
  let found = collect(above, Infinity);
  if (edges > FEW_EDGES && found > atMost + 16 && isOn(SELECT | NARROW)) {
    const higher = narrow(found, above, largest, atLeast, atMost);
    if (higher > above) {
      above = higher;
      found = repack(found, above);
    }
  }
  if (above > -Infinity && isOn(LEARN)) learn(largest, above);
  learning = isOn(LEARN);
  return searchDown(found, above, largest, size, edges, limit, known);
}

/** A ReLU6 has many edges of the largest weight: they are one rank, which needs no sorting. */
function birthRankOfSaturated(size: u32, edges: u32, limit: u32, known: u32, largest: f32): u32 {
  const tied = justBelow(largest);
  const found = collect(tied, Infinity);
  memory.copy(SORTED_IDS, IDS, (<usize>found) << 2);
  const birth = enterTop(found, size, edges, known);
  if (birth != GO_ON) return birth;
  const tops = countTops(tied);
  let above = firstThreshold(largest, tops + 16, tops + 48);
  if (above >= tied) above = 0;
  learning = false;
  return searchDown(collect(above, tied), above, largest, size, edges, limit, known);
}

function justBelow(positive: f32): f32 {
  return reinterpret<f32>(reinterpret<u32>(positive) - 1);
}

/** From the `found` candidates above the threshold on down to the last edge, range by range. */
function searchDown(
  found: u32,
  above: f32,
  largest: f32,
  size: u32,
  edges: u32,
  limit: u32,
  known: u32,
): u32 {
  while (true) {
    if (found != 0) {
      order(found, isOn(RANK_ORDER));
      const birth = search(found, size, edges, limit, known);
      if (birth != GO_ON) {
        if (learning) learnWanted();
        return birth;
      }
    }
    // What is left may be one tie that completes the graph.
    if (entered == edges || above == -Infinity || (above == 0 && !anyNegative())) return 0;
    const dense = entered >= size;
    if (dense && isCone(size)) return 0;
    const upTo = above;
    above = nextThreshold(largest, above, dense ? countTops(above) + 32 : entered + 8);
    found = collect(above, upTo);
    if (found > entered + 64 && isOn(SELECT | NARROW)) {
      // As many again as there were: what is sorted in vain stays below what was needed.
      const lowest = max<f32>(above, leastKey(found));
      const higher = narrow(found, lowest, upTo, (entered >> 1) + 16, entered + 32);
      if (higher > lowest) {
        above = higher;
        found = repack(found, above);
      }
    }
  }
  return 0;
}

/** By steps that are bounded alike in both directions, so that few late births do not make all others sort too much. */
function learnWanted(): void {
  const most: f32 = wanted * 0.06 + 0.5;
  const step: f32 = (<f32>entered - wanted) * 0.125;
  wanted = min<f32>(MOST_WANTED, wanted + max<f32>(-most, min<f32>(most, step)));
}

function scaleOf(largest: f32): f32 {
  return largest == 0 ? 1 : abs(largest);
}

/** A smaller gap is not worth its learning: from there on a threshold is found by halving, and a larger one would be out of reach. */
const LEAST_GAP: f32 = 0.00390625;

function learn(largest: f32, above: f32): void {
  const gap = min<f32>((largest - above) / scaleOf(largest), 4);
  relativeGap = max(LEAST_GAP, relativeGap + (gap - relativeGap) * 0.125);
}

/** ReLU's zeros are one tie of many edges: no threshold lies between them and the positive weights' end. */
function clampToZero(above: f32, largest: f32): f32 {
  return above < 0 && largest > 0 && isOn(ZEROS_LAST) ? 0 : above;
}

/** What firstThreshold says of a map whose largest weights alone are more than are wanted. */
const SATURATED: f32 = Infinity;

function isSaturated(largest: f32, atMost: u32): bool {
  return largest > 0 && isOn(TOP_TIE) && countTops(justBelow(largest)) > atMost;
}

/** A threshold with about as many edges above it as are wanted, or SATURATED. */
function firstThreshold(largest: f32, atLeast: u32, atMost: u32): f32 {
  if (!isOn(SELECT)) return -Infinity;
  let gap: f32 = relativeGap * scaleOf(largest);
  let low: f32 = 0;
  let high: f32 = Infinity;
  let above: f32 = 0;
  for (let step = 0; step < 8; step++) {
    above = clampToZero(largest - gap, largest);
    const count = countTops(above);
    if (count > atMost) {
      if (high == Infinity && isSaturated(largest, atMost)) return SATURATED;
      high = gap;
    } else if (count < atLeast && above != 0) low = gap;
    else break;
    gap = high == Infinity ? gap * 1.75 : (low + high) * 0.5;
  }
  return above;
}

/** A lower threshold, with at least so many edges above it where steps of the gap reach that far. */
function nextThreshold(largest: f32, above: f32, atLeast: u32): f32 {
  if (above <= 0 && largest > 0) return -Infinity;
  let gap: f32 = (largest - above) * 1.5;
  for (let step = 0; step < 6; step++) {
    const next = clampToZero(largest - gap, largest);
    if (next < above && (next == 0 || countTops(next) >= atLeast)) return next;
    gap *= 1.4;
  }
  return largest > 0 ? 0 : -Infinity;
}
