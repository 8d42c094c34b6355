import { SqlRefusedError } from '../errors.js';
import type { SqlToken } from './sql-tokens.js';

/** Parentheses, CASE and the like inside one another: the engine takes fewer. */
const MOST_NESTED = 50;

/**
 * Walks through tokens and collects what is to be run. A word is taken as a keyword or as a name: a name is written in
 * quotes, so that the engine cannot read it as anything else.
 */
export class TokenCursor {
  readonly checked: SqlToken[] = [];
  #at = 0;
  #depth = 0;

  constructor(private readonly tokens: readonly SqlToken[]) {}

  peek(ahead = 0): SqlToken | undefined {
    return this.tokens[this.#at + ahead];
  }

  atEnd(): boolean {
    return this.peek() === undefined;
  }

  /** Whether the next tokens are these words. */
  isWord(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const token = this.peek(i);
      return token?.kind === 'word' && token.value.toUpperCase() === word;
    });
  }

  isOneOf(words: ReadonlySet<string>): boolean {
    const token = this.peek();
    return token?.kind === 'word' && words.has(token.value.toUpperCase());
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'symbol' && token.value === symbol;
  }

  /** Takes the next token as it is. */
  take(): SqlToken {
    const token = this.peek();
    if (token === undefined) throw this.refusal('more');
    this.#at++;
    this.checked.push(token);
    return token;
  }

  /** Takes the words, where they come next. */
  accept(...words: readonly string[]): boolean {
    if (!this.isWord(...words)) return false;
    words.forEach(() => this.take());
    return true;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.take();
    return true;
  }

  expect(...words: readonly string[]): void {
    if (!this.accept(...words)) throw this.refusal(words.join(' '));
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.refusal(symbol);
  }

  /** Takes the next word or quoted name as a name; `written`: what the engine is to read. */
  name(what: string, written?: string): string {
    const token = this.peek();
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) throw this.refusal(what);
    this.#at++;
    this.checked.push({ ...token, kind: 'quoted', value: written ?? token.value });
    return token.value;
  }

  /** Adds a symbol of our own. */
  add(symbol: string): void {
    this.checked.push({ kind: 'symbol', value: symbol, spaced: false });
  }

  /** Runs what reads something that may hold itself. */
  nested(read: () => void): void {
    if (++this.#depth > MOST_NESTED) {
      throw new SqlRefusedError(
        `SQL: more than ${MOST_NESTED} parentheses and the like inside one another; write it flatter`,
      );
    }
    read();
    this.#depth--;
  }

  /** One or more, with commas between. */
  list(read: () => void): void {
    do read();
    while (this.acceptSymbol(','));
  }

  parenthesised(read: () => void): void {
    this.expectSymbol('(');
    this.nested(read);
    this.expectSymbol(')');
  }

  refusal(expected: string, mend = ''): SqlRefusedError {
    const token = this.peek();
    const found = token === undefined ? 'the end' : shown(token);
    return new SqlRefusedError(`SQL: expected ${expected}, found ${found}${mend === '' ? '' : `; ${mend}`}`);
  }
}

export function shown({ kind, value }: SqlToken): string {
  return kind === 'quoted' ? `"${value}"` : value;
}
