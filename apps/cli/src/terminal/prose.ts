import { columnsOf, wrapText } from './text-columns.js';

const INDENT = 2;

/** Lines that are wider than `width` go on in the next one, indented. Paths and commands stay in one piece. */
export function wrapLines(text: string, width: number): string {
  if (!Number.isFinite(width)) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      if (columnsOf(line) <= width) return [line];
      const [indent = ''] = /^ */.exec(line) ?? [];
      const [first = '', ...rest] = hanging(line.slice(indent.length), width - indent.length);
      return [indent + first, ...rest.map((more) => indent + ' '.repeat(INDENT) + more)];
    })
    .join('\n');
}

/** The first line has the whole width, those below it are indented. */
function hanging(text: string, width: number): string[] {
  const [first = ''] = wrapText(text, width, { whole: true });
  const rest = text.slice(first.length).trimStart();
  return rest === '' ? [first] : [first, ...wrapText(rest, width - INDENT, { whole: true })];
}
