import { expect, test } from 'vitest';
import { canonicalJson } from '../src/text/canonical-json.js';

test('sorts the keys at every depth and leaves undefined out', () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x', e: undefined })).toBe(
    '{"a":"x","b":[{"c":null,"d":1}]}',
  );
});

test('refuses numbers that JSON cannot hold', () => {
  expect(() => canonicalJson({ a: NaN })).toThrow(RangeError);
});
