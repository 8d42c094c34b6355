const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** The float32 of the same value as a float16's bits (IEEE 754 binary16): sign, 5 bits of exponent, 10 of fraction. */
export function widenFloat16(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) {
    // An infinity, or a NaN with what it carries.
    word[0] = (((half & 0x8000) << 16) | 0x7f80_0000 | (fraction << 13)) >>> 0;
    return single[0] as number;
  }
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of the float16 nearest to a float32, halfway to the even one; too large for one: infinity. */
export function narrowFloat16(value: number): number {
  single[0] = value;
  const bits = word[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00;
  // From 2^−14 on the fraction loses 13 bits; below, the spacing is 2^−24 throughout.
  if (magnitude < 0x3880_0000) return sign | roundEven(Math.abs(single[0]) * 2 ** 24);
  const rounded = (magnitude + 0xfff + ((magnitude >>> 13) & 1) - 0x3800_0000) >>> 13;
  return sign | Math.min(rounded, 0x7c00);
}

/** The float32 of the float16 that is nearest. */
export function roundToFloat16(value: number): number {
  return widenFloat16(narrowFloat16(value));
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const above = value - floor;
  return above > 0.5 || (above === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
