import { expect, test } from 'vitest';
import { rangeText, readRange, withBound } from '../src/page/range.ts';

test('a range goes into an address and comes back, also without one of its bounds', () => {
  for (const range of [
    { from: 4, to: 128 },
    { from: 0.25, to: null },
    { from: null, to: 1e-7 },
    { from: 1.5, to: 2.25 },
  ])
    expect(readRange(rangeText(range))).toEqual(range);
  expect(rangeText({ from: null, to: null })).toBeNull();
});

test.each([null, '', '..', 'x..y', '5', '1..2..3'])('%j is no range', (text) => {
  expect(readRange(text)).toBeNull();
});

test('a bound that crosses the other stands alone', () => {
  const range = { from: 0.5, to: 0.6 };
  expect(withBound(range, 'from', 100)).toEqual({ from: 100, to: null });
  expect(withBound(range, 'to', 0.1)).toEqual({ from: null, to: 0.1 });
  expect(withBound(range, 'from', 0.55)).toEqual({ from: 0.55, to: 0.6 });
  expect(withBound(range, 'to', null)).toEqual({ from: 0.5, to: null });
});
