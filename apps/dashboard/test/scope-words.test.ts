import { expect, test } from 'vitest';
import { scopeWords } from '../src/page/scope-words.ts';

test('an answer says what it is of, where the page is filtered', () => {
  const both = { layer: true, category: true };
  expect(scopeWords({ layer: '', category: '' }, both)).toBe('');
  expect(scopeWords({ layer: 'conv3', category: 'Bag' }, both)).toBe('Of layer conv3, category Bag.');
  expect(scopeWords({ layer: 'conv3', category: '' }, both)).toBe('Of layer conv3, all categories.');
  const neither = { layer: false, category: false };
  expect(scopeWords({ layer: 'conv3', category: 'Bag' }, neither)).toBe('Of all layers, all categories.');
});
