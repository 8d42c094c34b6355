import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256, sha256After } from '../src/sha256.js';

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])('agrees with node:crypto on %i bytes', (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
  expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test.each(['', 'abc', 'é', '漢字', '😀 and more', 'lone \ud800 surrogate'])(
  'hashes the UTF-8 bytes of %j',
  (text) => {
    expect(sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  },
);

test.each([0, 1, 55, 56, 63, 64, 65, 119, 128, 1000])(
  'a held beginning of %i characters gives the digest of the whole text, again and again',
  (length) => {
    const beginning = 'é漢😀x'
      .repeat(length)
      .slice(0, length)
      .replace(/[\ud800-\udbff]$/, '.');
    const after = sha256After(beginning);
    for (const rest of ['', 'a', 'ü'.repeat(33), 'z'.repeat(64), '']) {
      expect(after(rest)).toBe(
        createHash('sha256')
          .update(beginning + rest, 'utf8')
          .digest('hex'),
      );
    }
  },
);
