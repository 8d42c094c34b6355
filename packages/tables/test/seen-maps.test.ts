import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeenMaps } from '../src/activations/seen-maps.js';

it('says of every pair whether it was there, as a plain set does', () => {
  const pair = fc.tuple(
    fc.constantFrom(0, 1, 2, 63, 2 ** 31, 2 ** 32 - 1),
    fc.integer({ min: 0, max: 2000 }),
  );
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 3000 }), (pairs) => {
      const seen = new SeenMaps();
      const plain = new Set<string>();
      for (const [unit, image] of pairs) {
        expect(seen.add(unit, image)).toBe(!plain.has(`${unit} ${image}`));
        plain.add(`${unit} ${image}`);
      }
    }),
    { numRuns: 30 },
  );
});

it('keeps many units with one image each, and few units with many images', () => {
  const seen = new SeenMaps();
  let fresh = 0;
  for (let i = 0; i < 100_000; i++)
    fresh += Number(seen.add(i * 40_000, i)) + Number(seen.add(7, i + 200_000));
  expect(fresh).toBe(200_000);
  expect(seen.add(40_000, 1)).toBe(false);
  expect(seen.add(40_000, 2)).toBe(true);
});
