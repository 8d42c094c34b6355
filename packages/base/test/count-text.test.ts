import { expect, it } from 'vitest';
import { counted, firstNames } from '../src/text/count-text.ts';

it('counts things, with commas', () => {
  expect(counted(1, 'checkpoint')).toBe('1 checkpoint');
  expect(counted(2000, 'checkpoint')).toBe('2,000 checkpoints');
  expect(counted(0, 'category', 'categories')).toBe('0 categories');
});

it('names the first of many', () => {
  expect(firstNames(['a', 'b', 'c'], 3)).toBe('a, b, c');
  expect(firstNames(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(firstNames(['a', 'b', 'c'], 2, '; ')).toBe('a; b and 1 more');
  expect(firstNames([], 2)).toBe('');
});
