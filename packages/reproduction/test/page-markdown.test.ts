import { expect, it } from 'vitest';
import { pageMarkdown } from '../src/page/page-markdown.ts';

it('leaves code in prose as it is, and escapes all else', () => {
  const text = 'Run `npx x --out a_b|c` *now*, <b>';
  const escaped = 'Run `npx x --out a_b|c` \\*now\\*, \\<b\\>';
  expect(pageMarkdown([{ kind: 'paragraph', text }])).toBe(`${escaped}\n`);
  expect(pageMarkdown([{ kind: 'list', items: [text] }])).toBe(`- ${escaped}\n`);
  // One backtick opens nothing.
  expect(pageMarkdown([{ kind: 'paragraph', text: 'a ` b_c' }])).toBe('a \\` b\\_c\n');
});
