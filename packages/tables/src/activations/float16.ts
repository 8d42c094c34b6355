const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

let table: Float32Array | null = null;

// Every half is exactly a single (IEEE 754 binary16): sign, 5 bits of exponent, 10 of fraction.
function widenOne(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) {
    word[0] = (((half & 0x8000) << 16) | 0x7f80_0000 | (fraction << 13)) >>> 0;
    return single[0] as number;
  }
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Converts float16 bit patterns to the float32 of the same value. */
export function widenFloat16(halves: Uint16Array, floats: Float32Array): void {
  table ??= Float32Array.from({ length: 0x1_0000 }, (_, half) => widenOne(half));
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i] as number] as number;
}
