// Measures maps one, four or a block of channels at a time; results go to RANKS, SUMS and ZEROS.

import { readActivations, sum, zeros } from './activations';
import { birthRank } from './births';
import { mostOf } from './candidates';
import { sumBlock, symmetriseBlock } from './block-weights';
import { unblock } from './blocks';
import { birthOfEight, IN_DOUBT, rowOfEight } from './eight';
import { birthOfFew, birthsOfFew, FEW_EDGES, rowOfFew, TIED } from './few';
import {
  BLOCK_SUMS,
  BLOCK_ZEROS,
  QUAD_SUMS,
  QUAD_TOPS,
  QUAD_ZEROS,
  RANKS,
  ROW_BYTES,
  ROWS,
  SUMS,
  TOPS,
  WEIGHTS,
  ZEROS,
} from './layout';
import { isUndecided } from './search';
import {
  symmetriseEight,
  readQuad,
  rowBytes,
  SMALL_SIZE,
  symmetriseFew,
  symmetriseQuad,
  tableEdges,
} from './small';
import { EIGHT_LANES, isOn, LANES, PATH_LANES, ZEROS_LAST } from './switches';
import { blocks, symmetrise, tableBlocks, useBlocks, useRow } from './weights';

/** Why a map is handed back. */
const NOT_FINITE: u32 = 1;
const UNDECIDED_TIE: u32 = 2;

export let stopped: u32 = 0;

let learntSize: u32 = 0;

/** `pixel`: bytes from one activation of a small map to the next. */
export function prepare(size: u32, pixel: u32): void {
  if (size != learntSize) {
    learntSize = size;
    tableBlocks(size);
  }
  if (size <= SMALL_SIZE) tableEdges(size, pixel);
  stopped = 0;
}

export function byLanes(size: u32): bool {
  return size <= SMALL_SIZE && size > 3 && isOn(LANES | ZEROS_LAST);
}

/** Bytes between two maps of a block that was taken apart: more than they have, so that they do not share lines of the cache. */
export function blockStride(size: u32): usize {
  return (((<usize>(size * size)) << 2) + 127) & ~63;
}

/** Keeps sum and zeros of a map; false if it is not finite, which stops. */
function keep(place: u32, total: f64, none: u32): bool {
  if (!isFinite(total)) {
    stopped = NOT_FINITE;
    return false;
  }
  store<f64>(SUMS + ((<usize>place) << 3), total);
  store<u32>(ZEROS + ((<usize>place) << 2), none);
  return true;
}

/** Keeps the birth of a map; false if a tie is left to the caller, which stops. */
function keepBirth(place: u32, birth: u32): bool {
  if (isUndecided) stopped = UNDECIDED_TIE;
  store<u32>(RANKS + ((<usize>place) << 2), birth);
  return !isUndecided;
}

/**
 * Measures the maps of lanes from <= lane < to of four side by side, `pixel` bytes from one activation to the next; the first result goes to
 * `place`. Returns the lane behind the last that is done.
 */
export function measureQuad(
  at: usize,
  pixel: usize,
  size: u32,
  place: u32,
  from: u32,
  to: u32,
  limit: u32,
): u32 {
  const floats = size * size;
  readQuad(at, pixel, floats);
  let isSymmetric = false;
  const isFew = (size * (size - 1)) >> 1 <= FEW_EDGES && isOn(PATH_LANES);
  for (let lane = from; lane < to; lane++, place++) {
    const none = load<u32>(QUAD_ZEROS + ((<usize>lane) << 2));
    if (!keep(place, load<f64>(QUAD_SUMS + ((<usize>lane) << 3)), none)) return lane;
    let birth: u32 = 0;
    if (none != floats) {
      if (!isSymmetric) {
        if (isFew) {
          symmetriseFew(at);
          birthsOfFew();
        } else symmetriseQuad(at);
      }
      isSymmetric = true;
      birth = isFew ? birthOfFew(lane) : TIED;
      if (birth == TIED) {
        const row = ROWS + <usize>lane * ROW_BYTES;
        if (isFew) rowOfFew(lane);
        const top = isFew ? mostOf(row, row + rowBytes()) : load<f32>(QUAD_TOPS + ((<usize>lane) << 2));
        useRow(row, rowBytes(), top);
        if (!keepBirth(place, birthRank(size, limit, 0))) return lane;
        continue;
      }
      if (birth > limit) birth = 0;
    }
    store<u32>(RANKS + ((<usize>place) << 2), birth);
  }
  return to;
}

/** How many fours or eights of maps are measured by fours, since levels told little of the last eight. */
let foursLeft: u32 = 0;
const FOURS_AFTER_DOUBT: u32 = 30;
/** Of eight maps; with more it is faster to go by fours. */
const MOST_IN_DOUBT: u32 = 2;

/** Whether the next maps are measured by eights, where so many lie side by side. */
export function byEights(size: u32): bool {
  if ((size * (size - 1)) >> 1 <= FEW_EDGES || !isOn(EIGHT_LANES)) return false;
  if (foursLeft == 0) return true;
  foursLeft--;
  return false;
}

/** As measureQuad, of eight maps side by side. */
export function measureEight(
  at: usize,
  pixel: usize,
  size: u32,
  place: u32,
  from: u32,
  to: u32,
  limit: u32,
): u32 {
  const floats = size * size;
  let isMeasured = false;
  let inDoubt: u32 = 0;
  for (let map = from; map < to; map++, place++) {
    const lane = map & 3;
    if (lane == 0 || map == from) readQuad(at + <usize>(map & 4) * 4, pixel, floats);
    const none = load<u32>(QUAD_ZEROS + ((<usize>lane) << 2));
    if (!keep(place, load<f64>(QUAD_SUMS + ((<usize>lane) << 3)), none)) return map;
    let birth: u32 = 0;
    if (none != floats) {
      if (!isMeasured) symmetriseEight(at);
      isMeasured = true;
      birth = birthOfEight(map);
      if (birth == IN_DOUBT) {
        if (++inDoubt > MOST_IN_DOUBT) foursLeft = FOURS_AFTER_DOUBT;
        const row = rowOfEight(map);
        useRow(row, rowBytes(), mostOf(row, row + rowBytes()));
        if (!keepBirth(place, birthRank(size, limit, 0))) return map;
        continue;
      }
      if (birth > limit) birth = 0;
    }
    store<u32>(RANKS + ((<usize>place) << 2), birth);
  }
  return to;
}

/** Measures the channels from <= channel < to of a block by fours where they lie; as measureQuad. */
export function measureQuads(
  at: usize,
  size: u32,
  block: u32,
  place: u32,
  from: u32,
  to: u32,
  limit: u32,
): u32 {
  let channel = from;
  const eights = (block & 7) == 0;
  while (channel < to) {
    const map = channel & 7;
    if (eights && to - channel + map > 4 && byEights(size)) {
      const last = min<u32>(8, map + to - channel);
      const eight = at + ((<usize>(channel - map)) << 2);
      const done = measureEight(eight, (<usize>block) << 2, size, place, map, last, limit);
      place += done - map;
      channel += done - map;
      if (stopped != 0) break;
      continue;
    }
    const lane = channel & 3;
    const end = min<u32>(4, lane + to - channel);
    const quad = at + ((<usize>(channel - lane)) << 2);
    const behind = measureQuad(quad, (<usize>block) << 2, size, place, lane, end, limit);
    place += behind - lane;
    channel += behind - lane;
    if (stopped != 0) break;
  }
  return channel;
}

/** As measureQuads, of larger maps, whose weights go to `scratch`. */
export function measureWhole(
  at: usize,
  size: u32,
  block: u32,
  scratch: usize,
  place: u32,
  from: u32,
  to: u32,
  limit: u32,
  known: i32,
): u32 {
  const floats = size * size;
  const stride = blockStride(size);
  sumBlock(at, block, floats);
  let isSymmetric = false;
  for (let channel = from; channel < to; channel++, place++, known = 0) {
    const none = load<u32>(BLOCK_ZEROS + ((<usize>channel) << 2));
    if (!keep(place, load<f64>(BLOCK_SUMS + ((<usize>channel) << 3)), none)) return channel;
    if (none == floats || known < 0) {
      store<u32>(RANKS + ((<usize>place) << 2), none == floats ? 0 : -known);
      continue;
    }
    if (!isSymmetric) symmetriseBlock(at, block, size, scratch, stride);
    isSymmetric = true;
    const weights = scratch + <usize>channel * stride;
    useBlocks(weights, weights + ((<usize>blocks) << 6));
    if (!keepBirth(place, birthRank(size, limit, known))) return channel;
  }
  return to;
}

/** As measureWhole, after taking the block apart into `scratch`. */
export function measureApart(
  at: usize,
  size: u32,
  block: u32,
  scratch: usize,
  place: u32,
  from: u32,
  to: u32,
  limit: u32,
  known: i32,
): u32 {
  const stride = blockStride(size);
  unblock(at, block, size * size, scratch, stride);
  for (let channel = from; channel < to; channel++, place++, known = 0) {
    if (!measureOne(scratch + <usize>channel * stride, size, place, limit, known)) return channel;
  }
  return to;
}

/** Measures four maps that lie back to back, if all of them is zero. */
export function measureZeros(at: usize, floats: u32, place: u32): bool {
  const end = at + ((<usize>floats) << 4);
  let bits = i32x4.splat(0);
  for (; at < end; at += 16) bits = v128.or(bits, v128.load(at));
  // The sign of a zero is no activation.
  if (v128.any_true(i32x4.shl(bits, 1))) return false;
  for (const last = place + 4; place < last; place++) {
    store<u32>(RANKS + ((<usize>place) << 2), 0);
    store<f64>(SUMS + ((<usize>place) << 3), 0);
    store<u32>(ZEROS + ((<usize>place) << 2), floats);
  }
  return true;
}

/** Measures one map, row after row; false if it is handed back. */
export function measureOne(at: usize, size: u32, place: u32, limit: u32, known: i32): bool {
  const floats = size * size;
  readActivations(at, floats);
  if (!keep(place, sum, zeros)) return false;
  if (size <= 3 || known < 0 || (zeros == floats && isOn(ZEROS_LAST))) {
    store<u32>(RANKS + ((<usize>place) << 2), known < 0 ? -known : 0);
    return true;
  }
  symmetrise(at, size);
  useBlocks(WEIGHTS, TOPS);
  return keepBirth(place, birthRank(size, limit, known));
}
