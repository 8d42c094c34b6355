import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WORDS } from '../src/page/words.ts';

test('the words of the page mean what the glossary says', () => {
  const glossary = readFileSync(new URL('../../../docs/glossary.md', import.meta.url), 'utf8');
  const entries = new Map(
    glossary.split(/\n\n+/).flatMap((paragraph): [string, string][] => {
      const [, term, more = '', meaning] = /^\*\*(.+?)\*\*(.*?): ([^]+)$/.exec(paragraph) ?? [];
      return term === undefined || meaning === undefined
        ? []
        : [[term + more, meaning.replaceAll(/\s+/g, ' ').trim()]];
    }),
  );
  expect(entries.size).toBeGreaterThan(30);
  const terms = WORDS.map(([term]) => term.toLowerCase()).join('; ');
  for (const word of ['lag', 'rank effect', 'values', 'p; q;', 'cell', 'importance', 'h by code', 'mean h'])
    expect(terms).toContain(word);
  for (const [term, meaning] of WORDS) expect([term, entries.get(term)]).toEqual([term, meaning]);
});
