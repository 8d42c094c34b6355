/**
 * Sums and counts the zeros of a block of maps, each `length` values long, one after another; map i goes to
 * sums[i] and zeros[i]. The order of the additions is fixed: value j goes to partial sum j mod 4 in float64,
 * and a map's sum is (s0 + s1) + (s2 + s3); −0 counts as zero.
 */
export function tallyMaps(maps: Float32Array, length: number, sums: Float64Array, zeros: Uint32Array): void {
  const whole = length - (length % 4);
  for (let map = 0; map < sums.length; map++) {
    let at = map * length;
    const tail = at + whole;
    const end = at + length;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let zero = 0;
    for (; at < tail; at += 4) {
      const a = maps[at]!;
      const b = maps[at + 1]!;
      const c = maps[at + 2]!;
      const d = maps[at + 3]!;
      s0 += a;
      s1 += b;
      s2 += c;
      s3 += d;
      zero += +(a === 0) + +(b === 0) + +(c === 0) + +(d === 0);
    }
    if (at < end) s0 += maps[at]!;
    if (at + 1 < end) s1 += maps[at + 1]!;
    if (at + 2 < end) s2 += maps[at + 2]!;
    for (; at < end; at++) zero += +(maps[at] === 0);
    sums[map] = s0 + s1 + (s2 + s3);
    zeros[map] = zero;
  }
}

/** A unit's mean activation: its maps' sums, added plainly in image order, over all values of all its maps. */
export function meanActivation(sums: ArrayLike<number>, mapLength: number): number {
  let total = 0;
  for (let image = 0; image < sums.length; image++) total += sums[image]!;
  return total / (sums.length * mapLength);
}

/** APoZ: the share of zeros among all values of a unit's maps. */
export function apoz(zeros: ArrayLike<number>, mapLength: number): number {
  let total = 0;
  for (let image = 0; image < zeros.length; image++) total += zeros[image]!;
  return total / (zeros.length * mapLength);
}
