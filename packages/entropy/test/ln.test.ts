import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ln } from '../src/units/ln.js';

describe('ln', () => {
  test('is exactly 0 at 1', () => {
    expect(Object.is(ln(1), 0)).toBe(true);
  });

  test("is within 2 ulp of the engine's logarithm on shares and counts", () => {
    const share = fc
      .integer({ min: 2, max: 1_000_000 })
      .chain((n) => fc.integer({ min: 1, max: n - 1 }).map((x) => x / n));
    const number = fc.oneof(share, fc.integer({ min: 2, max: 2 ** 31 - 1 }));
    fc.assert(
      fc.property(number, (x) => {
        expect(Math.abs(ln(x) / Math.log(x) - 1)).toBeLessThanOrEqual(2 * Number.EPSILON);
      }),
      { numRuns: 10_000 },
    );
  });
});
