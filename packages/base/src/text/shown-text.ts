// Characters that control a terminal, turn the order of a line, or are not to be seen in one.
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u00ad\u200b\u2028\u2029\u2060\ufeff\u{e0000}-\u{e007f}]|\p{Cs}/gu;
const UNSEEN_BUT_NEWLINES = new RegExp(`(?!\n)(?:${UNSEEN.source})`, 'gu');

/** A text that others chose, as a part of a line of a terminal: what controls one is shown (`\u001b`), not sent. */
export function shownText(text: string): string {
  return text.replace(UNSEEN, shown);
}

/** Lines for a terminal; only their ends are sent as they are. */
export function shownLines(text: string): string {
  return text.replace(UNSEEN_BUT_NEWLINES, shown);
}

/** The same data with every text in it shown; for what is drawn out of characters. */
export function shownIn<T>(data: T): T {
  if (typeof data === 'string') return shownText(data) as T;
  if (Array.isArray(data)) return data.map((item: unknown) => shownIn(item)) as T;
  if (data === null || typeof data !== 'object') return data;
  if (Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, shownIn(value as unknown)]),
  ) as T;
}

/** A template whose values others chose: shown within their line. */
export function line(words: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return words.map((word, i) => word + (i < values.length ? shownText(String(values[i])) : '')).join('');
}

/** A value as JSON in which a terminal finds nothing to obey; it reads back as the same value. */
export function jsonText(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replacer).replace(UNSEEN, (found) =>
    Array.from({ length: found.length }, (_, i) => unit(found.charCodeAt(i))).join(''),
  );
}

function shown(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unit(code);
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
