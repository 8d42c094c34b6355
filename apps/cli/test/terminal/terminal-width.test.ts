import { expect, it } from 'vitest';
import { helpWidth, terminalWidth } from '../../src/terminal/terminal-width.js';

it('is that of the terminal, of COLUMNS elsewhere, and else without bound', () => {
  expect(terminalWidth({ isTTY: true, columns: 132 }, '90')).toBe(132);
  expect(terminalWidth({ isTTY: true }, undefined)).toBe(80);
  expect(terminalWidth({}, '90')).toBe(90);
  expect(terminalWidth({}, undefined)).toBe(Infinity);
  expect(terminalWidth({}, 'wide')).toBe(Infinity);
});

it('is 80 columns for a help text on a pipe', () => {
  expect(helpWidth({}, undefined)).toBe(80);
  expect(helpWidth({ isTTY: true, columns: 200 }, undefined)).toBe(200);
});
