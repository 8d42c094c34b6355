import { nearest } from '@unitscope/plan';
import { SqlRefusedError } from './errors.js';
import { joinTokens, sqlTokens, type SqlToken } from './sql-tokens.js';

/** Statements, and words by which a statement inside a SELECT could read or write what is no table of the results. */
const REFUSED_WORDS = new Set(
  'TABLE INTO INSERT UPDATE DELETE DROP CREATE ALTER TRUNCATE COPY MERGE ATTACH DETACH INSTALL LOAD PRAGMA CALL SHOW DESCRIBE EXPLAIN EXECUTE PREPARE APPLY STRAIGHT_JOIN RECURSIVE MATCH_RECOGNIZE JSON_TABLE OPENJSON'.split(
    ' ',
  ),
);
const FILE_FUNCTION = /^(?:read|scan|write|sink|load|glob|copy)(?:_|$)/i;
/** Functions whose arguments may hold a FROM that names no table. */
const FROM_IN_ARGUMENTS = new Set(['EXTRACT', 'TRIM', 'SUBSTRING', 'SUBSTR']);
const END_OF_FROM = new Set(
  'WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH WINDOW QUALIFY UNION INTERSECT EXCEPT SELECT'.split(' '),
);
/** What the engine takes in a moment: it plans unions in exponential time and overflows its stack on long chains. */
const MOST_OPERATORS = 500;
const MOST_SET_OPERATIONS = 12;
const MOST_READS = 64;
const NO_OPERATOR = new Set(['(', ')', ',', '.', '[', ']', ';']);
const OPERATOR_WORDS = new Set('AND OR NOT IS IN LIKE ILIKE BETWEEN WHEN'.split(' '));
const SET_OPERATIONS = new Set('UNION INTERSECT EXCEPT'.split(' '));
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export interface GuardedSql<T extends string> {
  readonly sql: string;
  /** The tables it reads. */
  readonly tables: readonly T[];
}

interface Frame {
  /** The function whose parenthesis this is, in capitals. */
  readonly callee: string | null;
  inFrom: boolean;
  hasSelect: boolean;
}

/**
 * Checks that SQL is one SELECT (or WITH … SELECT) that names no table but the given ones and its own WITH, and calls
 * no function that reads files; gives it back without comments and final semicolon, names of tables in their own case.
 * The engine would open any other name after FROM as a file. Throws SqlRefusedError.
 */
export function guardSql<T extends string>(sql: string, tables: readonly T[]): GuardedSql<T> {
  const tokens = sqlTokens(sql);
  while (tokens.at(-1)?.value === ';' && tokens.at(-1)?.kind === 'symbol') tokens.pop();
  if (!isWord(tokens[0], 'SELECT') && !isWord(tokens[0], 'WITH')) {
    throw new SqlRefusedError(
      `SQL: expected one SELECT or WITH … SELECT, found ${tokens[0] === undefined ? 'nothing' : shown(tokens[0])}`,
    );
  }
  refuseLongChains(tokens);
  const guard = new Guard(tokens, tables);
  const checked = joinTokens(guard.check());
  return { sql: checked, tables: tables.filter((table) => guard.used.has(table)) };
}

class Guard {
  readonly used = new Set<string>();
  private readonly frames: Frame[] = [{ callee: null, inFrom: false, hasSelect: false }];
  /** Names of the WITH clause, and how many tables each reads in the end. */
  private readonly named = new Map<string, number>();
  private reads = 0;
  private readonly checked: SqlToken[] = [];
  /** A name of the WITH clause, which may be used once its parenthesis is closed. */
  private pendingName: string | null = null;
  private inWith = false;
  private expectsTable = false;
  /** The token after which a parenthesis of our own is closed. */
  private closeAfter = -1;

  constructor(
    private readonly tokens: readonly SqlToken[],
    private readonly tables: readonly string[],
  ) {}

  check(): SqlToken[] {
    for (let i = 0; i < this.tokens.length; i++) {
      this.step(i);
      if (i === this.closeAfter) this.checked.push({ kind: 'symbol', value: ')', spaced: false });
    }
    if (this.frames.length !== 1) throw new SqlRefusedError('SQL: a parenthesis is not closed');
    if (this.expectsTable) throw new SqlRefusedError(`SQL: expected a table at the end; ${this.known()}`);
    return this.checked;
  }

  private step(i: number): void {
    const token = this.at(i);
    const next = this.tokens[i + 1];
    if (token.kind === 'symbol') this.symbol(token, i);
    else if (this.expectsTable) this.table(token, next);
    else if (token.kind === 'word') this.word(token, i);
    else {
      if (token.kind === 'quoted' && isSymbol(next, '('))
        throw new SqlRefusedError(`SQL: a function's name stands without quotes, found ${shown(token)}`);
      this.checked.push(token);
    }
  }

  private symbol(token: SqlToken, i: number): void {
    if (token.value === ';') throw new SqlRefusedError('SQL: expected one statement, found a second after ;');
    if (token.value === '(') {
      const before = this.tokens[i - 1];
      const callee = before?.kind === 'word' ? before.value.toUpperCase() : null;
      this.frames.push({ callee, inFrom: this.expectsTable, hasSelect: false });
    } else if (token.value === ')') {
      if (this.expectsTable) throw new SqlRefusedError(`SQL: expected a table before ); ${this.known()}`);
      this.frames.pop();
      if (this.frames.length === 0)
        throw new SqlRefusedError('SQL: a parenthesis is closed that was not opened');
      if (this.frames.length === 1 && this.pendingName !== null) {
        this.named.set(this.pendingName, this.reads);
        this.reads = 0;
        this.pendingName = null;
      }
    } else if (token.value === ',' && this.frame().inFrom) {
      throw new SqlRefusedError('SQL: join tables by JOIN … ON or CROSS JOIN, not by a comma');
    } else if (this.expectsTable) {
      throw new SqlRefusedError(`SQL: expected a table, found ${shown(token)}; ${this.known()}`);
    }
    this.checked.push(token);
  }

  private table(token: SqlToken, next: SqlToken | undefined): void {
    const upper = token.kind === 'word' ? token.value.toUpperCase() : '';
    // `( SELECT`, `( VALUES`: a subquery is checked as what it is.
    if (isSymbol(this.checked.at(-1), '(') && (upper === 'SELECT' || upper === 'VALUES')) {
      this.expectsTable = false;
      this.frame().inFrom = false;
      if (upper === 'SELECT') this.frame().hasSelect = true;
      this.checked.push(token);
      return;
    }
    const name = this.tableName(token);
    if (name === undefined || isSymbol(next, '(') || isSymbol(next, '.')) {
      throw new SqlRefusedError(
        `SQL: no table ${shown(token)}${isSymbol(next, '(') ? ' (…)' : ''}${this.meant(token)}; ${this.known()}`,
      );
    }
    this.expectsTable = false;
    this.used.add(name);
    this.reads += this.named.get(name) ?? 1;
    if (this.reads > MOST_READS)
      throw new SqlRefusedError(`SQL: reads more than ${MOST_READS} tables, counted through WITH`);
    this.checked.push({ ...token, value: name });
  }

  private word(token: SqlToken, i: number): void {
    const upper = token.value.toUpperCase();
    const next = this.tokens[i + 1];
    if (REFUSED_WORDS.has(upper) && !isSymbol(this.tokens[i - 1], '.'))
      throw new SqlRefusedError(`SQL: ${token.value} is not allowed; results are read by SELECT alone`);
    if (isSymbol(next, '(') && FILE_FUNCTION.test(token.value))
      throw new SqlRefusedError(
        `SQL: no function ${token.value}: nothing but the results is read; ${this.known()}`,
      );
    if (upper === 'WITH') this.with(i);
    if (upper === 'SELECT') this.select();
    if (END_OF_FROM.has(upper)) this.frame().inFrom = false;
    this.checked.push(token);
    if (upper === 'FROM' && this.isDistinctFrom(i)) this.operand(i);
    else if (upper === 'JOIN' || (upper === 'FROM' && !this.isArgument())) {
      this.expectsTable = true;
      this.frame().inFrom = true;
    }
    if (this.inWith && upper === 'AS' && this.frames.length === 1 && isSymbol(next, '(')) {
      const name = this.at(i - 1);
      const taken = this.tables.some((table) => table.toLowerCase() === name.value.toLowerCase());
      if ((name.kind !== 'word' && name.kind !== 'quoted') || !PLAIN_NAME.test(name.value) || taken)
        throw new SqlRefusedError(
          `SQL: WITH: expected a name of letters, digits and _ that no table has, found ${shown(name)}`,
        );
      this.pendingName = name.value;
    }
  }

  private with(i: number): void {
    if (i !== 0) throw new SqlRefusedError('SQL: WITH stands at the beginning of the statement only');
    this.inWith = true;
  }

  private select(): void {
    this.frame().hasSelect = true;
    if (this.frames.length === 1) this.inWith = false;
  }

  /** FROM as in EXTRACT(year FROM x). */
  private isArgument(): boolean {
    const { callee, hasSelect } = this.frame();
    return callee !== null && FROM_IN_ARGUMENTS.has(callee) && !hasSelect;
  }

  /** FROM as in IS DISTINCT FROM. */
  private isDistinctFrom(i: number): boolean {
    const before = this.tokens[i - 2];
    return isWord(this.tokens[i - 1], 'DISTINCT') && (isWord(before, 'IS') || isWord(before, 'NOT'));
  }

  /**
   * What stands after IS DISTINCT FROM goes into a call of COALESCE, which is the same and no table: `SELECT ALL is
   * DISTINCT FROM x` would be read as a column named `is`, called `DISTINCT`, of a table x.
   */
  private operand(i: number): void {
    const next = this.tokens[i + 1];
    this.checked.push({ kind: 'word', value: 'coalesce', spaced: true });
    if (isSymbol(next, '(')) return;
    const end = isSymbol(this.tokens[i + 2], '.') ? i + 3 : i + 1;
    const name = this.tokens[end];
    if (name === undefined || name.kind === 'symbol' || isSymbol(this.tokens[end + 1], '(')) {
      throw new SqlRefusedError('SQL: IS DISTINCT FROM: put what follows into parentheses');
    }
    this.checked.push({ kind: 'symbol', value: '(', spaced: false });
    this.closeAfter = end;
  }

  private tableName({ kind, value }: SqlToken): string | undefined {
    if (kind !== 'word' && kind !== 'quoted') return undefined;
    if (this.named.has(value)) return value;
    return this.tables.find((table) => table === (kind === 'word' ? value.toLowerCase() : value));
  }

  private meant({ value }: SqlToken): string {
    const near = nearest(value, [...this.tables, ...this.named.keys()]);
    return near === null ? '' : ` (did you mean ${near}?)`;
  }

  private known(): string {
    return `there are ${[...this.tables, ...this.named.keys()].join(', ')}`;
  }

  private frame(): Frame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw new SqlRefusedError('SQL: a parenthesis is closed that was not opened');
    return frame;
  }

  private at(i: number): SqlToken {
    const token = this.tokens[i];
    if (token === undefined) throw new SqlRefusedError('SQL: WITH: expected a name before AS');
    return token;
  }
}

function refuseLongChains(tokens: readonly SqlToken[]): void {
  const count = (counts: (token: SqlToken) => boolean): number => tokens.filter(counts).length;
  const isOneOf = (words: ReadonlySet<string>, { kind, value }: SqlToken): boolean =>
    kind === 'word' && words.has(value.toUpperCase());
  const operators = count((token) =>
    token.kind === 'symbol' ? !NO_OPERATOR.has(token.value) : isOneOf(OPERATOR_WORDS, token),
  );
  if (operators > MOST_OPERATORS) {
    throw new SqlRefusedError(
      `SQL: expected at most ${MOST_OPERATORS} operators, found ${operators}; x IN (a, b, …) is one for any number of values`,
    );
  }
  const setOperations = count((token) => isOneOf(SET_OPERATIONS, token));
  if (setOperations > MOST_SET_OPERATIONS) {
    throw new SqlRefusedError(
      `SQL: expected at most ${MOST_SET_OPERATIONS} UNION, INTERSECT and EXCEPT, found ${setOperations}`,
    );
  }
}

function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === 'word' && token.value.toUpperCase() === word;
}

function isSymbol(token: SqlToken | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.value === symbol;
}

function shown({ kind, value }: SqlToken): string {
  return kind === 'quoted' ? `"${value}"` : value;
}
