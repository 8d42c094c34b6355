import { expect, it } from 'vitest';
import { globMatches } from '../src/glob-match.ts';

it.each([
  ['*', '', true],
  ['conv*', 'conv1', true],
  ['conv?', 'conv', false],
  ['conv?', 'conv12', false],
  ['*relu*', 'block/relu_1/out', true],
  ['a*b*c', 'aXbXbXc', true],
  ['a*b*c', 'aXbXcX', false],
  ['a.c', 'abc', false],
  ['[a]', '[a]', true],
  ['?', '😀', true],
  ['a*', 'a\nb', true],
])('%s and %j: %s', (glob, text, expected) => {
  expect(globMatches(glob, text)).toBe(expected);
});

it('takes time by the product of the lengths, however many stars there are', () => {
  expect(globMatches(`${'*a'.repeat(500)}b`, 'a'.repeat(20_000))).toBe(false);
});
