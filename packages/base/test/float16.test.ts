import { describe, expect, it } from 'vitest';
import { narrowFloat16, widenFloat16 } from '../src/numbers/float16.ts';

describe('float16', () => {
  it('gives every half back that is no NaN', () => {
    for (let half = 0; half < 0x1_0000; half++) {
      const value = widenFloat16(half);
      if (!Number.isNaN(value)) expect(narrowFloat16(value)).toBe(half);
    }
  });

  it('takes the nearest half, of two the even one', () => {
    const step = 2 ** -10;
    expect(widenFloat16(narrowFloat16(1 + 0.4 * step))).toBe(1);
    expect(widenFloat16(narrowFloat16(1 + 0.5 * step))).toBe(1);
    expect(widenFloat16(narrowFloat16(1 + 1.5 * step))).toBe(1 + 2 * step);
    expect(widenFloat16(narrowFloat16(2 ** -24 * 1.5))).toBe(2 ** -23);
    expect(widenFloat16(narrowFloat16(2 ** -26))).toBe(0);
    expect(widenFloat16(narrowFloat16(-65_519))).toBe(-65_504);
    expect(widenFloat16(narrowFloat16(65_520))).toBe(Infinity);
    expect(widenFloat16(narrowFloat16(NaN))).toBeNaN();
  });
});
