import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { columnsOf } from '../../src/terminal/text-columns.js';

it('takes every character of the first planes as wide as the tables of Unicode say', () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const character = String.fromCodePoint(code);
    expect([code, columnsOf(`a${character}b`)]).toEqual([code, stringWidth(`a${character}b`)]);
  }
});

it('knows wide letters, joined ones and emoji', () => {
  expect(columnsOf('層')).toBe(2);
  expect(columnsOf('e\u0301')).toBe(1);
  expect(columnsOf('👩‍🔬')).toBe(2);
  expect(columnsOf('the paper’s β₁ – “H” … ε')).toBe('the paper’s β₁ – “H” … ε'.length);
});
