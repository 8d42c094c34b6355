/**
 * Whether a glob matches a text: `*` any text, `?` one character. In time proportional to the product of their lengths,
 * whatever they are: only the last star is ever gone back to.
 */
export function globMatches(glob: string, text: string): boolean {
  const [pattern, letters] = [Array.from(glob), Array.from(text)];
  let [p, t] = [0, 0];
  let star = -1;
  let resume = 0;
  while (t < letters.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === letters[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
