// One linear pass over a map: the sum of its activations and how many are zero.

export let sum: f64 = 0;
export let zeros: u32 = 0;

/**
 * Eight running sums over the indices of equal remainder mod 8, in float64; src/map-sum.ts is the same order in
 * plain TypeScript. No sum of finite floats overflows, so the sum is finite exactly if the map is.
 */
export function readActivations(map: usize, floats: u32): void {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  let s45 = f64x2.splat(0);
  let s67 = f64x2.splat(0);
  // Zeros of both signs by integers: the float adders are what this loop waits for.
  let minusZeros = i32x4.splat(0);
  const zero = i32x4.splat(0);
  let at = map;
  const whole = map + ((floats & ~7) << 2);
  for (; at < whole; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    s01 = f64x2.add(s01, f64x2.promote_low_f32x4(a));
    s23 = f64x2.add(s23, f64x2.promote_low_f32x4(v128.shuffle<f32>(a, a, 2, 3, 2, 3)));
    s45 = f64x2.add(s45, f64x2.promote_low_f32x4(b));
    s67 = f64x2.add(s67, f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 2, 3, 2, 3)));
    minusZeros = i32x4.add(
      minusZeros,
      i32x4.add(i32x4.eq(i32x4.shl(a, 1), zero), i32x4.eq(i32x4.shl(b, 1), zero)),
    );
  }
  const left = floats & 7;
  if (left != 0) {
    // Past the map lie other floats: lanes beyond it count as 0 in the sum and as not zero in the count.
    const lanes = i32x4(0, 1, 2, 3);
    const insideA = i32x4.lt_s(lanes, i32x4.splat(left));
    const insideB = i32x4.lt_s(i32x4.add(lanes, i32x4.splat(4)), i32x4.splat(left));
    const a = v128.and(v128.load(at), insideA);
    const b = v128.and(v128.load(at, 16), insideB);
    s01 = f64x2.add(s01, f64x2.promote_low_f32x4(a));
    s23 = f64x2.add(s23, f64x2.promote_low_f32x4(v128.shuffle<f32>(a, a, 2, 3, 2, 3)));
    s45 = f64x2.add(s45, f64x2.promote_low_f32x4(b));
    s67 = f64x2.add(s67, f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 2, 3, 2, 3)));
    minusZeros = i32x4.add(minusZeros, v128.and(i32x4.eq(i32x4.shl(a, 1), zero), insideA));
    minusZeros = i32x4.add(minusZeros, v128.and(i32x4.eq(i32x4.shl(b, 1), zero), insideB));
  }
  const both = f64x2.add(f64x2.add(s01, s45), f64x2.add(s23, s67));
  sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  zeros = -(
    i32x4.extract_lane(minusZeros, 0) +
    i32x4.extract_lane(minusZeros, 1) +
    i32x4.extract_lane(minusZeros, 2) +
    i32x4.extract_lane(minusZeros, 3)
  );
}
