import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const files = execFileSync('git', ['ls-files', '*.md', '*/src/*.ts'], { cwd: root, encoding: 'utf8' })
  .trimEnd()
  .split('\n');

it('sections of the method that code and docs name are there', () => {
  const method = readFileSync(join(root, 'docs', 'method.md'), 'utf8');
  const there = new Set([...method.matchAll(/^#+ (\d[\d.]*?)\.? /gm)].map(([, number]) => number));
  const named = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/\n(?: \*)?/g, ' ');
    const named = /method\.md[^\n]{0,30}?section (\d(?:\.\d)?)|section (\d(?:\.\d)?) of \[method/g;
    return [...text.matchAll(named)].map(([, after, before]) => ({ file, section: after ?? before ?? '' }));
  });
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ section }) => !there.has(section))).toEqual([]);
});
