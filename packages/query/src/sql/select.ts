import { nearest } from '@unitscope/base';
import { SqlRefusedError } from '../errors.js';
import { ExpressionReader } from './expression.js';
import { RESERVED_WORDS } from './sql-words.js';
import { shown, type TokenCursor } from './token-cursor.js';

const MOST_READS = 64;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SET_OPERATIONS = ['UNION', 'INTERSECT', 'EXCEPT'];
const JOINS = [
  ['JOIN'],
  ['INNER', 'JOIN'],
  ['CROSS', 'JOIN'],
  ...['LEFT', 'RIGHT', 'FULL'].flatMap((side) => [
    [side, 'JOIN'],
    [side, 'OUTER', 'JOIN'],
  ]),
  ...['SEMI', 'ANTI'].flatMap((kind) => [
    [kind, 'JOIN'],
    ['LEFT', kind, 'JOIN'],
    ['RIGHT', kind, 'JOIN'],
  ]),
];

/** Reads a whole statement; every table it reads is one of `tables` or of its own WITH. */
export class SelectReader {
  readonly used = new Set<string>();
  /** For each FROM the tables of the results that CROSS JOIN multiplies by one another. */
  readonly crossed: string[][] = [];
  /** Names of the WITH clause, and how many tables each reads in the end. */
  readonly #named = new Map<string, number>();
  readonly #expressions: ExpressionReader;
  #reads = 0;

  constructor(
    private readonly cursor: TokenCursor,
    private readonly tables: readonly string[],
  ) {
    this.#expressions = new ExpressionReader(cursor, () => this.#query());
  }

  statement(): void {
    const { cursor } = this;
    if (cursor.accept('WITH')) cursor.list(() => this.#common());
    this.#query();
    if (cursor.atEnd()) return;
    if (cursor.isSymbol(')')) throw new SqlRefusedError('SQL: a parenthesis is closed that was not opened');
    if (cursor.isSymbol(';'))
      throw new SqlRefusedError('SQL: expected one statement, found a second after ;');
    throw cursor.refusal('the end of the statement, an operator or a clause');
  }

  /** `name AS (SELECT …)`. */
  #common(): void {
    const { cursor } = this;
    const token = cursor.peek();
    const taken = this.tables.some((table) => table.toLowerCase() === token?.value.toLowerCase());
    const isName = token?.kind === 'word' || token?.kind === 'quoted';
    if (!isName || !PLAIN_NAME.test(token.value) || taken || this.#named.has(token.value)) {
      throw cursor.refusal('a name of letters, digits and _ after WITH that no table has');
    }
    if (token.kind === 'word' && RESERVED_WORDS.has(token.value.toUpperCase()))
      throw cursor.refusal('a name after WITH');
    const name = cursor.name('a name');
    cursor.expect('AS');
    this.#reads = 0;
    cursor.parenthesised(() => this.#query());
    this.#named.set(name, this.#reads);
    this.#reads = 0;
  }

  #query(): void {
    const { cursor } = this;
    if (cursor.isWord('WITH'))
      throw new SqlRefusedError('SQL: WITH stands at the beginning of the statement only');
    this.#term();
    while (SET_OPERATIONS.some((word) => cursor.accept(word))) {
      if (!cursor.accept('ALL')) cursor.accept('DISTINCT');
      cursor.accept('BY', 'NAME');
      this.#term();
    }
    if (cursor.accept('ORDER', 'BY')) this.#expressions.ordering();
    if (cursor.accept('LIMIT')) this.#expressions.expression();
    if (cursor.accept('OFFSET')) {
      this.#expressions.expression();
      if (!cursor.accept('ROWS')) cursor.accept('ROW');
    }
    if (cursor.accept('FETCH')) {
      if (!cursor.accept('FIRST')) cursor.expect('NEXT');
      this.#expressions.operand();
      if (!cursor.accept('ROWS')) cursor.expect('ROW');
      cursor.expect('ONLY');
    }
  }

  #term(): void {
    const { cursor } = this;
    if (cursor.isSymbol('(')) {
      cursor.parenthesised(() => this.#query());
      return;
    }
    if (cursor.accept('VALUES')) {
      this.#rows();
      return;
    }
    cursor.expect('SELECT');
    if (cursor.accept('DISTINCT')) {
      if (cursor.accept('ON')) cursor.parenthesised(() => cursor.list(() => this.#expression()));
    } else cursor.accept('ALL');
    cursor.list(() => this.#item());
    if (cursor.accept('FROM')) this.#from();
    if (cursor.accept('WHERE')) this.#expression();
    if (cursor.accept('GROUP', 'BY') && !cursor.accept('ALL')) cursor.list(() => this.#expression());
    if (cursor.accept('HAVING')) this.#expression();
    if (cursor.accept('WINDOW'))
      cursor.list(() => {
        this.#newName('a name of the window');
        cursor.expect('AS');
        this.#expressions.window();
      });
    if (cursor.accept('QUALIFY')) this.#expression();
  }

  #rows(): void {
    this.cursor.list(() => this.cursor.parenthesised(() => this.cursor.list(() => this.#expression())));
  }

  #expression(): void {
    this.#expressions.expression();
  }

  #item(): void {
    const { cursor } = this;
    const named = cursor.peek()?.kind === 'word' || cursor.peek()?.kind === 'quoted';
    if (named && cursor.isSymbol('.', 1) && cursor.isSymbol('*', 2)) {
      cursor.name('a table');
      cursor.take();
    }
    if (cursor.acceptSymbol('*')) {
      this.#wildcard();
      return;
    }
    this.#expression();
    this.#alias();
  }

  /** `* EXCLUDE (a, b)`, `* REPLACE (x + 1 AS x)`, `* RENAME (a AS b)`, `* ILIKE '…'`. */
  #wildcard(): void {
    const { cursor } = this;
    const oneOrMore = (read: () => void): void => {
      if (cursor.isSymbol('(')) cursor.parenthesised(() => cursor.list(read));
      else read();
    };
    if (cursor.accept('ILIKE')) {
      if (cursor.peek()?.kind !== 'text') throw cursor.refusal('a pattern');
      cursor.take();
    }
    const excepts = cursor.isWord('EXCEPT') && cursor.isSymbol('(', 1) && !this.#opensQuery(2);
    if ((excepts && cursor.accept('EXCEPT')) || cursor.accept('EXCLUDE'))
      oneOrMore(() => cursor.name('a column'));
    if (cursor.accept('REPLACE'))
      oneOrMore(() => {
        this.#expression();
        cursor.expect('AS');
        cursor.name('a column');
      });
    if (cursor.accept('RENAME'))
      oneOrMore(() => {
        cursor.name('a column');
        cursor.expect('AS');
        cursor.name('a name');
      });
  }

  #opensQuery(ahead: number): boolean {
    const token = this.cursor.peek(ahead);
    return token?.kind === 'word' && /^(?:SELECT|VALUES|WITH)$/i.test(token.value);
  }

  /** A table or several with JOIN between them. */
  #from(): void {
    const { cursor } = this;
    const crossed = [this.#source()];
    for (;;) {
      if (cursor.isSymbol(','))
        throw new SqlRefusedError('SQL: join tables by JOIN … ON or CROSS JOIN, not by a comma');
      const natural = cursor.accept('NATURAL');
      const join = JOINS.find((words) => cursor.accept(...words));
      if (join === undefined) {
        if (natural) throw cursor.refusal('JOIN');
        const multiplied = crossed.filter((table) => table !== null);
        if (multiplied.length > 1) this.crossed.push(multiplied);
        return;
      }
      const table = this.#source();
      if (join[0] === 'CROSS') crossed.push(table);
      if (cursor.accept('ON')) this.#expression();
      else if (cursor.accept('USING')) cursor.parenthesised(() => cursor.list(() => cursor.name('a column')));
      if (cursor.isSymbol('(')) throw cursor.refusal('JOIN or a clause');
    }
  }

  /** Answers the table of the results that it is; null for anything else. */
  #source(): string | null {
    const { cursor } = this;
    let table: string | null = null;
    if (!cursor.isSymbol('(')) table = this.#table();
    else
      cursor.parenthesised(() => {
        if (this.#opensQuery(0)) this.#query();
        else this.#from();
      });
    this.#alias(true);
    return table;
  }

  #table(): string | null {
    const { cursor } = this;
    const token = cursor.peek();
    if (token === undefined || token.kind === 'symbol') throw cursor.refusal('a table', this.#known());
    const name = this.#tableName(token);
    if (name === undefined || cursor.isSymbol('(', 1) || cursor.isSymbol('.', 1)) {
      const near = nearest(token.value, [...this.tables, ...this.#named.keys()]);
      const meant = near === null || near === token.value ? '' : ` (did you mean ${near}?)`;
      const call = cursor.isSymbol('(', 1) ? ' (…)' : '';
      throw new SqlRefusedError(`SQL: no table ${shown(token)}${call}${meant}; ${this.#known()}`);
    }
    cursor.name('a table', name);
    this.used.add(name);
    this.#reads += this.#named.get(name) ?? 1;
    if (this.#reads > MOST_READS)
      throw new SqlRefusedError(`SQL: reads more than ${MOST_READS} tables, counted through WITH`);
    return this.#named.has(name) ? null : name;
  }

  #tableName({ kind, value }: { readonly kind: string; readonly value: string }): string | undefined {
    if (kind !== 'word' && kind !== 'quoted') return undefined;
    if (this.#named.has(value)) return value;
    return this.tables.find((table) => table === (kind === 'word' ? value.toLowerCase() : value));
  }

  #alias(ofTable = false): void {
    const { cursor } = this;
    if (cursor.accept('AS')) cursor.name('a name after AS');
    else if (!this.#isNewName()) return;
    else cursor.name('a name');
    if (ofTable && cursor.isSymbol('('))
      cursor.parenthesised(() => cursor.list(() => cursor.name('a column')));
  }

  #newName(what: string): void {
    if (!this.#isNewName()) throw this.cursor.refusal(what);
    this.cursor.name(what);
  }

  #isNewName(): boolean {
    const { cursor } = this;
    return (
      cursor.peek()?.kind === 'quoted' || (cursor.peek()?.kind === 'word' && !cursor.isOneOf(RESERVED_WORDS))
    );
  }

  #known(): string {
    return `there are ${[...this.tables, ...this.#named.keys()].join(', ')}`;
  }
}
