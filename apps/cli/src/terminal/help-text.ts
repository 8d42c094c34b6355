import { columnsOf, wrapText } from './text-columns.js';

/**
 * A help text in `width` columns: paragraphs are filled, what stands behind a term goes on below itself, and a command
 * goes on in the next line behind a backslash, so that it can be copied.
 */
export function fitHelp(text: string, width: number): string {
  return joinParagraphs(text.split('\n'))
    .flatMap((line) => fitLine(line, width))
    .join('\n');
}

/** Lines at the margin that follow one another are one paragraph, a line that ends in a colon is a title. */
function joinParagraphs(lines: readonly string[]): string[] {
  const joined: string[] = [];
  const inParagraph = (line: string | undefined): line is string => line !== undefined && /^\S/.test(line);
  for (const line of lines) {
    const last = joined.at(-1);
    if (inParagraph(line) && inParagraph(last) && !last.endsWith(':'))
      joined[joined.length - 1] = `${last} ${line}`;
    else joined.push(line);
  }
  return joined;
}

function fitLine(line: string, width: number): string[] {
  if (columnsOf(line) <= width) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const rest = line.slice(indent.length);
  if (/^(?:[A-Z_]+=\S+ )*(?:unitscope|npx|node) /.test(rest) && indent !== '')
    return command(rest, indent, width);
  const [term = ''] = /^\S+(?: \S+)* {2,}(?=\S)/.exec(rest) ?? [];
  const margin = indent.length + term.length;
  const [first = '', ...more] = wrapText(rest.slice(term.length), width - margin);
  return [indent + term + first, ...more.map((next) => ' '.repeat(margin) + next)];
}

/** A shell takes a backslash at the end of a line, and the line's end, for nothing, also between double quotes. */
function command(text: string, indent: string, width: number): string[] {
  const [behind = ''] = / {2,}\S.*$/.exec(text) ?? [];
  if (behind !== '')
    return [indent + text.slice(0, -behind.length), ...fitLine(`${indent}  ${behind.trim()}`, width)];
  const below = `${indent}  `;
  const parts = wrapText(text, width - below.length - 2, { whole: true });
  return parts.map((part, i) => `${i === 0 ? indent : below}${part}${i < parts.length - 1 ? ' \\' : ''}`);
}
