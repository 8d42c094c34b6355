import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PAGES, root } from './pages.ts';

/** How many words each sentence of a page has: paragraphs and lists; no code, table or heading. */
function sentenceLengths(page: string): number[] {
  const text = readFileSync(join(root, page), 'utf8')
    .replace(/^```.*?^```$/gms, '')
    .replace(/^(\||#|<!--|!\[).*$/gm, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/`[^`]*`/g, 'code');
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/)
    .flatMap((paragraph) => paragraph.replace(/\s+/g, ' ').split(/(?<=[.!?])\s+/))
    .map((sentence) => sentence.split(' ').filter((word) => /\p{L}/u.test(word)).length)
    .filter((words) => words > 0);
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

test('the median sentence of every page has fewer than 20 words', () => {
  for (const page of PAGES) expect(median(sentenceLengths(page)), page).toBeLessThan(20);
});
