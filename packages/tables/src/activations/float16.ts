import { widenFloat16 } from '@unitscope/base';

let table: Float32Array | null = null;

/** Converts float16 bit patterns to the float32 of the same value. */
export function widenFloat16s(halves: Uint16Array, floats: Float32Array): void {
  table ??= Float32Array.from({ length: 0x1_0000 }, (_, half) => widenFloat16(half));
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i] as number] as number;
}
