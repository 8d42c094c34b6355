/** Joins words into lines, each as long as it fits; a word too long for a line stands alone. */
export function wrap(words: readonly string[], separator: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    const longer = line === undefined ? word : line + separator + word;
    if (line !== undefined && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.filter((line) => line !== '');
}

/** Paragraphs as lines of at most `width` characters. */
export function prose(paragraphs: readonly string[], width: number): string[] {
  return paragraphs.flatMap((text) => wrap(text.split(' '), ' ', (line) => line.length <= width));
}
