import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a page. */
export interface CodeBlock {
  readonly page: string;
  /** The line of its fence. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Why it is not run, where the page says so before it: `<!-- not run: REASON -->`. */
  readonly notRun: string | null;
}

const BLOCK = /^(?:<!-- not run: (.+?) -->\n+)?```([^\n]*)\n(.*?)^```$/gms;

export function codeBlocks(root: string, page: string): CodeBlock[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(BLOCK)].map((match) => {
    const [, notRun, language = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length + (notRun === undefined ? 0 : 2);
    return { page, line, language: language.trim(), code, notRun: notRun ?? null };
  });
}
