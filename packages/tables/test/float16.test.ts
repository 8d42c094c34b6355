import { expect, it } from 'vitest';
import { uint16ToFloat64 } from 'apache-arrow/util/math';
import { widenFloat16s } from '../src/activations/float16.js';

it('gives the value of every finite float16, and keeps infinities, NaN and the sign of zero', () => {
  const halves = Uint16Array.from({ length: 0x1_0000 }, (_, half) => half);
  const floats = new Float32Array(0x1_0000);
  widenFloat16s(halves, floats);
  for (const half of halves) {
    const float = floats[half]!;
    if ((half & 0x7c00) !== 0x7c00) expect(Object.is(float, uint16ToFloat64(half))).toBe(true);
  }
  expect(floats[0x8000]).toBe(-0);
  expect(floats[0x7c00]).toBe(Infinity);
  expect(floats[0xfc00]).toBe(-Infinity);
  expect(floats[0x7e00]).toBeNaN();
  expect(floats[0x0001]).toBe(2 ** -24);
  expect(floats[0x7bff]).toBe(65_504);
});
