import { describe, expect, it } from 'vitest';
import { evenly, evenlyPlaced } from '../src/evenly-placed.ts';

describe('what is drawn of many steps', () => {
  it('is even on the axis that is drawn, with the first and the last', () => {
    const linear = Array.from({ length: 101 }, (_, i) => i + 100);
    expect(evenlyPlaced(linear, 5)).toEqual([0, 25, 50, 75, 100]);
    const steps = Array.from({ length: 1001 }, (_, i) => i);
    const drawn = evenlyPlaced(steps, 11).map((at) => steps[at]!);
    expect([drawn[0], drawn.at(-1), drawn.length]).toEqual([0, 1000, 11]);
    // On a log axis each drawn step is a like factor further.
    const ratios = drawn.slice(5).map((step, i) => (step + 1) / (drawn[i + 4]! + 1));
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.2);
    expect(evenlyPlaced([0, 5, 6], 10)).toEqual([0, 1, 2]);
  });
});

describe('evenly', () => {
  it('keeps the first and the last, and all where they are few', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    expect(evenly(items, 4)).toEqual([0, 33, 66, 99]);
    expect(evenly([7, 8], 24)).toEqual([7, 8]);
  });
});
