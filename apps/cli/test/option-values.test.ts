import { describe, expect, it } from 'vitest';
import { leastRate, numberIn, wholeNumber } from '../src/terminal/option-values.js';

describe('wholeNumber', () => {
  it('reads whole numbers from its least', () => {
    expect(wholeNumber(1)('50')).toBe(50);
    expect(wholeNumber(0, 65_535)('65535')).toBe(65_535);
    expect(() => wholeNumber(0, 65_535)('65536')).toThrow('from 0 to 65535, found "65536"');
    expect(wholeNumber(0)('0')).toBe(0);
  });

  it.each(['0', '-1', '1.5', '', ' ', 'many', 'NaN', 'Infinity', '9007199254740993'])(
    'refuses "%s"',
    (text) => {
      expect(() => wholeNumber(1)(text)).toThrow(`Expected a whole number from 1, found "${text}".`);
    },
  );
});

describe('numberIn', () => {
  it('reads numbers of its range', () => {
    expect(numberIn(0, 1, false)('0.8')).toBe(0.8);
    expect(numberIn(0, 1, true)('0')).toBe(0);
    expect(numberIn(0, 1, true)('1')).toBe(1);
  });

  it('refuses its lower end where that is not in the range, and says so', () => {
    expect(() => numberIn(0, 1, false)('0')).toThrow('Expected a number above 0, at most 1, found "0".');
    expect(() => numberIn(0, 1, true)('-0.1')).toThrow('Expected a number from 0 to 1, found "-0.1".');
    expect(() => numberIn(0, 1, true)('NaN')).toThrow('found "NaN"');
    expect(() => numberIn(0, 1, true)('')).toThrow('found ""');
  });
});

describe('leastRate', () => {
  it('reads a number from 0 to below 1', () => {
    expect([leastRate('0'), leastRate('0.1')]).toEqual([0, 0.1]);
    for (const text of ['1', '-0.1', 'NaN', ''])
      expect(() => leastRate(text)).toThrow(`Expected a number from 0 to below 1, found "${text}".`);
  });
});
