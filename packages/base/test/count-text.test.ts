import { expect, it } from 'vitest';
import { countText } from '@unitscope/base';

it('writes whole numbers as English does', () => {
  for (const count of [0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER])
    expect(countText(count)).toBe(count.toLocaleString('en'));
});
