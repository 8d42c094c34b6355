import { describe, expect, it } from 'vitest';
import { evenly, evenlyPlaced, isLogarithmic } from '../src/evenly-placed.ts';

describe('what is drawn of many steps', () => {
  it('is even on the axis that is drawn, with the first and the last', () => {
    const linear = Array.from({ length: 101 }, (_, i) => i + 100);
    expect(evenlyPlaced(linear, 5)).toEqual([0, 25, 50, 75, 100]);
    const even = Array.from({ length: 1001 }, (_, i) => i);
    expect(evenlyPlaced(even, 5).map((at) => even[at])).toEqual([0, 250, 500, 750, 1000]);
    const steps = [...new Set([0, ...Array.from({ length: 300 }, (_, i) => Math.round(1.03 ** i))])];
    const drawn = evenlyPlaced(steps, 11).map((at) => steps[at]!);
    expect([drawn[0], drawn.at(-1), drawn.length]).toEqual([0, steps.at(-1), 11]);
    // On a log axis each drawn step is a like factor further.
    const ratios = drawn.slice(5).map((step, i) => (step + 1) / (drawn[i + 4]! + 1));
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.2);
    expect(evenlyPlaced([0, 5, 6], 10)).toEqual([0, 1, 2]);
  });
});

describe('steps are drawn like a logarithm', () => {
  it.each([
    [[0, 1, 2, 4, 8, 16, 32, 64], true],
    [[0, 2, 8, 32, 96], true],
    [[1, 10, 100], true],
    [[0, 1, 100], true],
    [[100, 1000, 10_000, 100, 1000, 10_000], true],
    // Evenly saved, however many there are; a few that are near one another; what has no step above 0, or one below.
    [Array.from({ length: 200 }, (_, i) => 1000 * i), false],
    [[0, 1, ...Array.from({ length: 10 }, (_, i) => 100 * (i + 1))], false],
    [[0, 1, 2, 5], false],
    [[0, 1, 2, 3, 4, 5, 10], false],
    [[90, 91, 96], false],
    [[0], false],
    [[], false],
    [[-1, 10, 1000], false],
  ])('where that spaces them more evenly: %j %s', (steps, expected) => {
    expect(isLogarithmic(steps)).toBe(expected);
  });
});

describe('evenly', () => {
  it('keeps the first and the last, and all where they are few', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    expect(evenly(items, 4)).toEqual([0, 33, 66, 99]);
    expect(evenly([7, 8], 24)).toEqual([7, 8]);
  });
});
