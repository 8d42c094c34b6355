import { SqlRefusedError } from '../errors.js';

export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol';
  /** As written; of a quoted identifier what the quotes hold. */
  readonly value: string;
  /** Whether white space or a comment stood before it. */
  readonly spaced: boolean;
}

const SPACE = /[ \t\r\n]+/y;
const LINE_COMMENT = /--[^\r\n]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const TEXT = /'(?:[^']|'')*'/y;
const QUOTED = /"(?:[^"]|"")*"/y;
const SYMBOL = /<=|>=|<>|!=|\|\||::|!~\*|!~|~\*|[(),.+\-*/%<>=;[\]~]/y;

/**
 * Splits SQL into tokens. What different dialects read differently is refused, so that what is checked here is what the
 * engine reads: prefixed texts (E'…', U&'…'), dollar quotes, nested comments, and characters
 * outside ASCII but in quotes. A backslash in a text is one, as a test asks the engine. Throws SqlRefusedError.
 */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  let spaced = false;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const push = (kind: SqlToken['kind'], value: string): void => {
    const last = tokens.at(-1);
    if ((kind === 'text' || kind === 'quoted') && !spaced && last !== undefined && /\w$/.test(last.value)) {
      throw refused(at, 'a name directly before a quote', 'put a space between them');
    }
    tokens.push({ kind, value, spaced });
    spaced = false;
  };
  while (at < sql.length) {
    if (take(SPACE) !== undefined || take(LINE_COMMENT) !== undefined) {
      spaced = true;
      continue;
    }
    if (sql.startsWith('/*', at)) {
      at = commentEnd(sql, at);
      spaced = true;
      continue;
    }
    const text = take(TEXT);
    if (text !== undefined) {
      push('text', checkedQuotes(text, at));
      continue;
    }
    const quoted = take(QUOTED);
    if (quoted !== undefined) {
      if (quoted.includes('\\')) throw refused(at, 'a backslash in a quoted name', 'names have none');
      push('quoted', checkedQuotes(quoted, at).slice(1, -1).replaceAll('""', '"'));
      continue;
    }
    const word = take(WORD);
    if (word !== undefined) {
      push('word', word);
      continue;
    }
    const number = take(NUMBER);
    if (number !== undefined) {
      push('number', number);
      continue;
    }
    const symbol = take(SYMBOL);
    if (symbol === undefined) {
      const found = JSON.stringify(String.fromCodePoint(sql.codePointAt(at) ?? 0));
      throw refused(at, found, 'names with other characters stand in double quotes, texts in single ones');
    }
    push('symbol', symbol);
  }
  return tokens;
}

/** Tokens as SQL again: one space where there was white space or a comment. */
export function joinTokens(tokens: readonly SqlToken[]): string {
  return tokens
    .map(({ kind, value, spaced }) => {
      const written = kind === 'quoted' ? `"${value.replaceAll('"', '""')}"` : value;
      return spaced ? ` ${written}` : written;
    })
    .join('')
    .trim();
}

function commentEnd(sql: string, start: number): number {
  const end = sql.indexOf('*/', start + 2);
  if (end === -1) throw refused(start, 'a comment without its end', 'write */ after it');
  if (sql.slice(start + 2, end).includes('/*'))
    throw refused(start, 'a comment in a comment', 'end the first');
  return end + 2;
}

function checkedQuotes(text: string, at: number): string {
  if (text.includes('\0')) throw refused(at, 'a NUL character', 'texts have none');
  return text;
}

function refused(at: number, found: string, mend: string): SqlRefusedError {
  return new SqlRefusedError(`SQL, character ${at + 1}: found ${found}; ${mend}`);
}
