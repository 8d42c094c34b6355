import { expect, it } from 'vitest';
import { wrapLines } from '../../src/terminal/prose.js';

it('goes on in an indented line, and keeps a path in one piece', () => {
  const path = `/data/${'folder/'.repeat(12)}units.arrow`;
  const text = `  results: of the sweep that has just ended are in ${path} and there only`;
  expect(wrapLines(text, 60).split('\n')).toEqual([
    '  results: of the sweep that has just ended are in',
    `    ${path}`,
    '    and there only',
  ]);
});

it('leaves what fits, and everything where there is no bound', () => {
  const text = `short\n\n${'word '.repeat(60)}end\n`;
  expect(wrapLines('short\n\nlines\n', 60)).toBe('short\n\nlines\n');
  expect(wrapLines(text, Infinity)).toBe(text);
  expect(wrapLines(text, 60).replace(/\s+/g, ' ')).toBe(text.replace(/\s+/g, ' '));
});
