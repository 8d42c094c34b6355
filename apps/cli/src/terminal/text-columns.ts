import stringWidth from 'string-width';

/**
 * ASCII, Latin, Greek, dashes and quotes: a column a character, and most texts. For the others the tables of Unicode are loaded, which
 * takes as long as all the rest of `--help`.
 */
const PLAIN = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03c9\u2010-\u2027]*$/;

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** A label ends a part behind these; a line may end there where no space is near. */
const PART_ENDS = /[/._\-,:@=]/;

/**
 * A text as lines of at most `width` columns, nothing of it left out: broken at spaces, in a long word behind a mark
 * that ends a part of it, else anywhere. `whole`: words that are too long stand alone, as they can be copied then.
 */
export function wrapText(text: string, width: number, { whole = false } = {}): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const parts = whole ? [word] : partsOf(word, width);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? '';
  }
  return [...lines, line];
}

function partsOf(word: string, width: number): string[] {
  const parts: string[] = [];
  let rest = Array.from(new Intl.Segmenter().segment(word), ({ segment }) => segment);
  while (columnsOf(rest.join('')) > width) {
    let [fits, columns] = [0, 0];
    while (fits < rest.length && columns + columnsOf(rest[fits] ?? '') <= width)
      columns += columnsOf(rest[fits++] ?? '');
    const end = rest.slice(0, fits).findLastIndex((character) => PART_ENDS.test(character)) + 1;
    const cut = Math.max(1, end > fits / 2 ? end : fits);
    parts.push(rest.slice(0, cut).join(''));
    rest = rest.slice(cut);
  }
  return [...parts, rest.join('')];
}
