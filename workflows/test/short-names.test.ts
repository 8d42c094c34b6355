import { expect, it } from 'vitest';
import { shortName } from '../src/activities/short-names.ts';

// Temporal refuses a summary of more than 400 bytes: a batch's holds up to five names.

it('makes one line of any label, at most 40 bytes of UTF-8', () => {
  expect(shortName('features.3.conv')).toBe('features.3.conv');
  expect(shortName('../../x\n\u0000\u202eabc\tb')).toBe('../../x abc b');
  expect(shortName('x'.repeat(300))).toBe(`${'x'.repeat(37)}…`);
  expect(shortName('😀'.repeat(75))).toBe(`${'😀'.repeat(9)}…`);
  expect(shortName('')).toBe('');
});
