// The birth rank of a feature map: docs/method.md, section 1.

import { readActivations, sum, zeros } from './activations';
import { birthRank, birthRankOfFew } from './births';
import { FEW_EDGES, placeFew, positiveFew, rowOfFew } from './few';
import { unblock } from './blocks';
import { tablePacking } from './candidates';
import {
  MAPS,
  MAPS_A_CALL,
  QUAD,
  QUAD_SUMS,
  QUAD_ZEROS,
  RANKS,
  ROW_BYTES,
  ROWS,
  SUMS,
  ZEROS,
} from './layout';
import { noiseBirths } from './noise';
import { isUndecided } from './search';
import {
  interleave,
  QUAD_PIXEL,
  readQuad,
  rowBytes,
  SMALL_SIZE,
  symmetriseFew,
  symmetriseQuad,
  tableEdges,
} from './small';
import { isOn, LANES, RANK_LANES, ZEROS_LAST } from './switches';
import { symmetrise, tableBlocks, useBlocks, useRow } from './weights';

export { relativeGap, wanted } from './births';
export { rankInDoubt } from './search';
export { switchedOff } from './switches';

export { noiseBirths };

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

let learntSize: u32 = 0;

tablePacking();

/**
 * Measures up to MAPS_A_CALL maps from address `at` on: a u32 birth rank, an f64 sum and a u32 count of zeros each.
 * Returns how many maps are done; fewer than `count` only if `stopped` says why.
 *
 * @param known what the caller knows of the first map: r > 0, no hole up to rank r; −r, the birth is r
 */
export function measure(at: usize, size: u32, count: u32, limit: u32, known: i32): u32 {
  prepare(size);
  const floats = size * size;
  const bytes = (<usize>floats) << 2;
  let map: u32 = 0;
  if (known == 0 && byLanes(size)) {
    for (; map + 4 <= count; map += 4, at += 4 * bytes) {
      interleave(at, floats);
      const done = measureQuad(QUAD, QUAD_PIXEL, size, map, 0, 4, limit);
      if (done < 4) return map + done;
    }
  }
  for (; map < count; map++) {
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
  if (known == 0 && byLanes(size)) {
    const pixel = (<usize>block) << 2;
    while (done < count) {
      const lane = channel & 3;
      const lanes = min<u32>(min<u32>(4, lane + units - unit), lane + count - done);
      const quad = group + ((<usize>(channel & ~3)) << 2);
      const measured = measureQuad(quad, pixel, size, done, lane, lanes, limit);
      done += measured - lane;
      unit += measured - lane;
      channel += measured - lane;
      if (measured < lanes) {
        mapStopped = scratch + <usize>channel * stride;
        unblock(group, block, floats, scratch, stride);
        return done;
      }
      if (unit == units || channel == block) {
        group += (<usize>(floats * block)) << 2;
        channel = 0;
        if (unit == units) unit = 0;
      }
    }
    return done;
  }
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
    if (size <= SMALL_SIZE) tableEdges(size);
  }
  stopped = 0;
}

function byLanes(size: u32): bool {
  return size <= SMALL_SIZE && size > 3 && isOn(LANES | ZEROS_LAST);
}

/**
 * Measures the maps of lanes from <= lane < to of four side by side, `pixel` bytes from one activation to the next; the first result goes to
 * `place`. Returns the lane behind the last that is done.
 */
function measureQuad(at: usize, pixel: usize, size: u32, place: u32, from: u32, to: u32, limit: u32): u32 {
  const floats = size * size;
  readQuad(at, pixel, floats);
  let isSymmetric = false;
  const isFew = (size * (size - 1)) >> 1 <= FEW_EDGES && isOn(RANK_LANES);
  for (let lane = from; lane < to; lane++, place++) {
    const total = load<f64>(QUAD_SUMS + ((<usize>lane) << 3));
    if (!isFinite(total)) {
      stopped = NOT_FINITE;
      return lane;
    }
    const none = load<u32>(QUAD_ZEROS + ((<usize>lane) << 2));
    store<f64>(SUMS + ((<usize>place) << 3), total);
    store<u32>(ZEROS + ((<usize>place) << 2), none);
    let birth: u32 = 0;
    if (none != floats) {
      if (!isSymmetric) {
        if (isFew) {
          symmetriseFew(at, pixel);
          placeFew();
        } else symmetriseQuad(at, pixel);
      }
      isSymmetric = true;
      useRow(ROWS + <usize>lane * ROW_BYTES, rowBytes());
      if (isFew && positiveFew(lane) != 0) birth = birthRankOfFew(lane, size, limit);
      else {
        if (isFew) rowOfFew(lane);
        birth = birthRank(size, limit, 0);
      }
      if (isUndecided) {
        stopped = UNDECIDED_TIE;
        return lane;
      }
    }
    store<u32>(RANKS + ((<usize>place) << 2), birth);
  }
  return to;
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
  if ((zeros != floats || !isOn(ZEROS_LAST)) && size > 3) {
    if (known < 0) birth = -known;
    else {
      symmetrise(at, size);
      useBlocks();
      birth = birthRank(size, limit, known);
      if (isUndecided) stopped = UNDECIDED_TIE;
    }
  }
  store<u32>(RANKS + ((<usize>place) << 2), birth);
}
