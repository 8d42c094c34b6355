// The birth rank of a feature map: docs/method.md, section 1.

import { readActivations, sum, zeros } from './activations';
import { unblock } from './blocks';
import {
  anyNegative,
  collect,
  countTops,
  largestWeight,
  leastKey,
  narrow,
  repack,
  tablePacking,
} from './candidates';
import { clearGraph, connect, haveCommonNeighbour, label, relabel } from './graph';
import { IDS, MAPS, MAPS_A_CALL, NEIGHBOURS, RANKS, SORTED_IDS, SORTED_KEYS, SUMS, ZEROS } from './layout';
import { order } from './order';
import { enterRank, HOLE, isCone, NO_HOLE, NO_HOLE_EVER } from './ties';
import { edgeEnds, symmetrise, tableBlocks } from './weights';

// Where the caller finds things.
export const maps: usize = MAPS;
export const mapsACall: usize = MAPS_A_CALL;
export const birthRanks: usize = RANKS;
export const sums: usize = SUMS;
export const zeroCounts: usize = ZEROS;

/** Why `measure` stopped early. */
const NOT_FINITE: u32 = 1;
const UNDECIDED_TIE: u32 = 2;

export let stopped: u32 = 0;
/** Where the map lies at which measureBlocked stopped. */
export let mapStopped: usize = 0;
/** The rank in doubt when stopped by UNDECIDED_TIE. */
export let rankInDoubt: u32 = 0;

/** A bit for each optimisation that is switched off, for measuring what it is worth: src/optimisation.ts. */
export let switchedOff: u32 = 0;
const SELECT: u32 = 1;
const NARROW: u32 = 2;
const LEARN: u32 = 4;
const ZEROS_LAST: u32 = 8;
const RANK_ORDER: u32 = 16;
const SOLVE_TIES: u32 = 32;
const TOP_TIE: u32 = 64;

// What earlier maps teach about where to cut; results do not depend on it. The caller may keep both by layer.
export let wanted: f32 = 8;
export let relativeGap: f32 = 0.25;
let learntSize: u32 = 0;
let learning = true;

/** More candidates than that are not worth their sorting where most births come earlier. */
const MOST_WANTED: f32 = 256;

tablePacking();

/**
 * Measures up to MAPS_A_CALL maps from address `at` on: a u32 birth rank, an f64 sum and a u32 count of zeros each.
 * Returns how many maps are done; fewer than `count` only if `stopped` says why.
 *
 * @param known what the caller knows of the first map: r > 0, no hole up to rank r; −r, the birth is r
 */
export function measure(at: usize, size: u32, count: u32, limit: u32, known: i32): u32 {
  prepare(size);
  const bytes = (<usize>(size * size)) << 2;
  for (let map: u32 = 0; map < count; map++) {
    measureOne(at, size, map, limit, map == 0 ? known : 0);
    if (stopped != 0) return map;
    at += bytes;
  }
  return count;
}

/** Bytes between two maps of a block that was taken apart: more than they have, so that they do not share lines of the cache. */
export function blockStride(size: u32): usize {
  return (((<usize>(size * size)) << 2) + 127) & ~63;
}

/**
 * As `measure`, of maps in blocks: [image][⌈units / block⌉][pixel][channel of the block], of which `at` is the first. Measures `count` of
 * them from number `first` on, counted by image and unit. `scratch` holds block × blockStride(size) bytes; when stopped, the map in question lies
 * in it, at `mapStopped`.
 */
export function measureBlocked(
  at: usize,
  size: u32,
  units: u32,
  block: u32,
  scratch: usize,
  first: u32,
  count: u32,
  limit: u32,
  known: i32,
): u32 {
  prepare(size);
  const floats = size * size;
  const stride = blockStride(size);
  const groups = (units + block - 1) / block;
  let unit = first % units;
  let group = at + ((<usize>((first / units) * groups + unit / block) * floats * block) << 2);
  let channel = unit % block;
  let done: u32 = 0;
  while (done < count) {
    unblock(group, block, floats, scratch, stride);
    for (; channel < block && unit < units && done < count; channel++, unit++, done++) {
      mapStopped = scratch + <usize>channel * stride;
      measureOne(mapStopped, size, done, limit, done == 0 ? known : 0);
      if (stopped != 0) return done;
    }
    group += (<usize>(floats * block)) << 2;
    channel = 0;
    if (unit == units) unit = 0;
  }
  return done;
}

function prepare(size: u32): void {
  if (size != learntSize) {
    learntSize = size;
    tableBlocks(size);
  }
  stopped = 0;
}

function measureOne(at: usize, size: u32, place: u32, limit: u32, known: i32): void {
  const floats = size * size;
  readActivations(at, floats);
  if (!isFinite(sum)) {
    stopped = NOT_FINITE;
    return;
  }
  store<f64>(SUMS + ((<usize>place) << 3), sum);
  store<u32>(ZEROS + ((<usize>place) << 2), zeros);
  let birth: u32 = 0;
  if ((zeros != floats || (switchedOff & ZEROS_LAST) != 0) && size > 3) {
    birth = known < 0 ? -known : birthRank(at, size, limit, known);
  }
  store<u32>(RANKS + ((<usize>place) << 2), birth);
}

let entered: u32 = 0;
let rank: u32 = 0;

const GO_ON: u32 = 0xffffffff;

function birthRank(map: usize, size: u32, limit: u32, known: u32): u32 {
  const edges = (size * (size - 1)) >> 1;
  symmetrise(map, size);
  clearGraph(size);
  entered = 0;
  rank = 0;
  const largest = largestWeight();
  const atLeast = <u32>min<f32>(wanted, <f32>edges * 0.5) + 4;
  const atMost = atLeast + (atLeast >> 1) + 12;
  if (largest > 0 && (switchedOff & (TOP_TIE | SELECT)) == 0) {
    const tops = countTops(justBelow(largest));
    if (tops > atMost) return birthRankOfSaturated(size, edges, limit, known, largest, tops);
  }
  let above = firstThreshold(largest, atLeast, atMost);
  let found = collect(above, Infinity);
  if (found > atMost + 16 && (switchedOff & (SELECT | NARROW)) == 0) {
    const higher = narrow(found, above, largest, atLeast, atMost);
    if (higher > above) {
      above = higher;
      found = repack(found, above);
    }
  }
  if (above > -Infinity && (switchedOff & LEARN) == 0) learn(largest, above);
  learning = (switchedOff & LEARN) == 0;
  return searchDown(found, above, largest, size, edges, limit, known);
}

/** A ReLU6 has many edges of the largest weight: they are one rank, which needs no sorting. */
function birthRankOfSaturated(size: u32, edges: u32, limit: u32, known: u32, largest: f32, tops: u32): u32 {
  const tied = justBelow(largest);
  const found = collect(tied, Infinity);
  memory.copy(SORTED_IDS, IDS, (<usize>found) << 2);
  rank = 1;
  entered = found;
  const birth = enterTie(0, found, size, edges, known);
  if (birth != GO_ON) return birth;
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
      order(found, (switchedOff & RANK_ORDER) == 0);
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
    if (found > entered + 64 && (switchedOff & (SELECT | NARROW)) == 0) {
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

function learn(largest: f32, above: f32): void {
  relativeGap += (min<f32>((largest - above) / scaleOf(largest), 4) - relativeGap) * 0.125;
}

/** ReLU's zeros are one tie of many edges: no threshold lies between them and the positive weights' end. */
function clampToZero(above: f32, largest: f32): f32 {
  return above < 0 && largest > 0 && (switchedOff & ZEROS_LAST) == 0 ? 0 : above;
}

/** A threshold with about as many edges above it as are wanted. */
function firstThreshold(largest: f32, atLeast: u32, atMost: u32): f32 {
  if ((switchedOff & SELECT) != 0) return -Infinity;
  let gap: f32 = relativeGap * scaleOf(largest);
  let low: f32 = 0;
  let high: f32 = Infinity;
  let above: f32 = 0;
  for (let step = 0; step < 8; step++) {
    above = clampToZero(largest - gap, largest);
    const count = countTops(above);
    if (count > atMost) high = gap;
    else if (count < atLeast && above != 0) low = gap;
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

/** Enters the sorted edges rank by rank: the birth rank, 0 for none ever, or GO_ON. */
function search(found: u32, size: u32, edges: u32, limit: u32, known: u32): u32 {
  const end = (<usize>found) << 2;
  store<f32>(SORTED_KEYS + end, -Infinity);
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
      if (a == b && !haveCommonNeighbour(u, v)) return rank;
      if (a != b || alwaysRelabel) relabel(a, b);
      connect(NEIGHBOURS, u, v);
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

/** Enters the edges from <= place < to of the sorted list as the current rank: as search. */
function enterTie(from: u32, to: u32, size: u32, edges: u32, known: u32): u32 {
  const solving = (switchedOff & SOLVE_TIES) == 0;
  const verdict = enterRank(from, to, size, entered == edges, rank <= known, solving);
  if (verdict == NO_HOLE) return GO_ON;
  if (verdict == HOLE) return rank;
  if (verdict == NO_HOLE_EVER) return 0;
  stopped = UNDECIDED_TIE;
  rankInDoubt = rank;
  return 0;
}
