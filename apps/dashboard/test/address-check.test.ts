import { describe, expect, test } from 'vitest';
import { ignoredParameters, wrongParameter } from '../src/page/address-check.ts';

const wrong = (view: string, query: string): string | undefined =>
  wrongParameter(view, new URLSearchParams(query))?.words;
const ignored = (view: string, query: string): readonly string[] | undefined =>
  ignoredParameters(view, 'Rank', new URLSearchParams(query))?.names;

describe('a value that cannot be is told with what is expected', () => {
  test.each([
    ['trend', 'steps=300..4', 'steps: expected two numbers, the lesser first, as 4..128'],
    ['', 'steps=abc', 'found "abc"'],
    ['scatter', 'h=5..1', 'h: expected two numbers'],
    ['distribution', 'eps=..', 'eps: expected two numbers'],
    ['rank', 'by=zzz', 'by: expected ineffectiveness, entropy, '],
    ['atlas', 'sort=zzz', 'sort: expected number, entropy, '],
    ['heatmap', 'order=zzz', 'order: expected number or moved, found "zzz"'],
    ['heatmap', 'from=-1', 'from: expected a whole number from 0'],
    ['unit', 'unit=abc', 'unit: expected a whole number from 0, found "abc"'],
    ['trend', 'threshold=-5', 'threshold: expected a whole number from 0, found "-5"'],
    ['depth', 'minSelectiveRate=2', 'minSelectiveRate: expected a number from 0 to 1'],
    ['sql', 'definition=zzz', 'definition: expected code or paper'],
  ])('%s?%s', (view, query, words) => {
    expect(wrong(view, query)).toContain(words);
  });
});

test('values that can be are not', () => {
  for (const [view, query] of [
    ['trend', 'steps=4..128&threshold=20&layer=a&layer=b&against=loss&sort-layers=-layer'],
    ['scatter', 'h=..1&eps=0.5..&unitsOf=conv1'],
    ['rank', 'by=l1'],
    ['unit', 'by=entropy&unit=3&at=7'],
    ['atlas', 'sort=movement&maps=top&from=60'],
    ['sql', 'q=select+1&by=layer'],
  ] as const) {
    expect(wrong(view, query)).toBeUndefined();
    expect(ignored(view, query)).toBeUndefined();
  }
});

test('a parameter that a view does not take is told with those that it does', () => {
  expect(ignored('rank', 'ranking=zzz&by=l1')).toEqual(['ranking']);
  expect(ignored('atlas', 'order=zzz')).toEqual(['order']);
  const query = new URLSearchParams('ranking=zzz');
  expect(ignoredParameters('rank', 'Rank', query)?.words).toMatch(/^Rank takes no "ranking": expected by, /);
});
