// The birth rank of a feature map: docs/method.md, section 1.

import { unblock } from './blocks';
import { tablePacking } from './candidates';
import { MAPS, MAPS_A_CALL, MOST_CHANNELS, QUAD, RANKS, SUMS, ZEROS } from './layout';
import {
  blockStride,
  byEights,
  byLanes,
  measureApart,
  measureEight,
  measureOne,
  measureQuad,
  measureQuads,
  measureWhole,
  measureZeros,
  prepare,
  stopped,
} from './measure';
import { tableEightPacking } from './eight';
import { noiseBirths } from './noise';
import { interleave, QUAD_PIXEL, SMALL_SIZE } from './small';
import { BLOCK_WEIGHTS, isOn, ZEROS_LAST } from './switches';

export { relativeGap, wanted } from './births';
export { rankInDoubt } from './search';
export { switchedOff } from './switches';

export { blockStride, noiseBirths, stopped };

// Where the caller finds things.
export const maps: usize = MAPS;
export const mapsACall: usize = MAPS_A_CALL;
export const birthRanks: usize = RANKS;
export const sums: usize = SUMS;
export const zeroCounts: usize = ZEROS;

/** Where the map lies at which measureBlocked stopped. */
export let mapStopped: usize = 0;

tablePacking();
tableEightPacking();

/**
 * Measures up to MAPS_A_CALL maps from address `at` on: a u32 birth rank, an f64 sum and a u32 count of zeros each.
 * Returns how many maps are done; fewer than `count` only if `stopped` says why.
 *
 * @param known what the caller knows of the first map: r > 0, no hole up to rank r; −r, the birth is r
 */
export function measure(at: usize, size: u32, count: u32, limit: u32, known: i32): u32 {
  prepare(size, <u32>QUAD_PIXEL);
  const floats = size * size;
  const bytes = (<usize>floats) << 2;
  let map: u32 = 0;
  if (known == 0 && byLanes(size)) {
    // The maps of a dead unit come one after another.
    let wereZero = false;
    while (map + 4 <= count) {
      if (wereZero && measureZeros(at, floats, map)) {
        map += 4;
        at += 4 * bytes;
        continue;
      }
      interleave(at, floats, QUAD);
      let maps: u32 = 4;
      if (map + 8 <= count && byEights(size)) {
        maps = 8;
        interleave(at + 4 * bytes, floats, QUAD + 16);
      }
      const done =
        maps == 8
          ? measureEight(QUAD, QUAD_PIXEL, size, map, 0, 8, limit)
          : measureQuad(QUAD, QUAD_PIXEL, size, map, 0, 4, limit);
      map += done;
      if (done < maps) return map;
      at += maps * bytes;
      wereZero = load<u32>(ZEROS + ((<usize>(map - 1)) << 2)) == floats;
    }
  }
  for (; map < count; map++) {
    if (!measureOne(at, size, map, limit, map == 0 ? known : 0)) return map;
    at += bytes;
  }
  return count;
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
  prepare(size, block << 2);
  const floats = size * size;
  const stride = blockStride(size);
  const groups = (units + block - 1) / block;
  let unit = first % units;
  let group = at + ((<usize>((first / units) * groups + unit / block) * floats * block) << 2);
  let channel = unit % block;
  const quads = known == 0 && byLanes(size);
  const whole = size > SMALL_SIZE && block <= MOST_CHANNELS && isOn(BLOCK_WEIGHTS | ZEROS_LAST);
  let done: u32 = 0;
  while (done < count) {
    const end = min<u32>(block, channel + min<u32>(units - unit, count - done));
    const knownHere = done == 0 ? known : 0;
    const behind = quads
      ? measureQuads(group, size, block, done, channel, end, limit)
      : whole
        ? measureWhole(group, size, block, scratch, done, channel, end, limit, knownHere)
        : measureApart(group, size, block, scratch, done, channel, end, limit, knownHere);
    done += behind - channel;
    unit += behind - channel;
    if (stopped != 0) {
      mapStopped = scratch + <usize>behind * stride;
      unblock(group, block, floats, scratch, stride);
      return done;
    }
    group += (<usize>(floats * block)) << 2;
    channel = 0;
    if (unit == units) unit = 0;
  }
  return done;
}
