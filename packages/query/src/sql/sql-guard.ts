import { SqlRefusedError } from '../errors.js';
import { SelectReader } from './select.js';
import { REFUSED_WORDS } from './sql-words.js';
import { shown, TokenCursor } from './token-cursor.js';
import { joinTokens, sqlTokens, type SqlToken } from './sql-tokens.js';

/** What the engine takes in a moment: it plans unions in exponential time and overflows its stack on long chains. */
const MOST_OPERATORS = 500;
const MOST_SET_OPERATIONS = 12;
const NO_OPERATOR = new Set(['(', ')', ',', '.', '[', ']', ';']);
const OPERATOR_WORDS = new Set('AND OR NOT IS IN LIKE ILIKE BETWEEN WHEN'.split(' '));
const SET_OPERATIONS = new Set('UNION INTERSECT EXCEPT'.split(' '));

export interface GuardedSql<T extends string> {
  readonly sql: string;
  /** The tables it reads. */
  readonly tables: readonly T[];
  /** Tables that a CROSS JOIN multiplies by one another, for each that there is. */
  readonly crossed: readonly (readonly T[])[];
}

/**
 * Reads SQL by the grammar of one SELECT (or WITH … SELECT); what that grammar does not have is refused. Every table is
 * one of the given ones or of its own WITH, and no function reads files. The statement is given back without comments
 * and final semicolon, every name in quotes: the engine cannot read a name as a keyword, nor a column as a table.
 * Throws SqlRefusedError.
 */
export function guardSql<T extends string>(sql: string, tables: readonly T[]): GuardedSql<T> {
  const tokens = sqlTokens(sql);
  while (tokens.at(-1)?.value === ';' && tokens.at(-1)?.kind === 'symbol') tokens.pop();
  const cursor = new TokenCursor(tokens);
  if (!cursor.isWord('SELECT') && !cursor.isWord('WITH')) {
    const [first] = tokens;
    throw new SqlRefusedError(
      `SQL: expected one SELECT or WITH … SELECT, SHOW TABLES or DESCRIBE table, found ${first === undefined ? 'nothing' : shown(first)}`,
    );
  }
  refuseStatements(tokens);
  refuseLongChains(tokens);
  const reader = new SelectReader(cursor, tables);
  reader.statement();
  const known = (names: Iterable<string>): T[] =>
    [...names].flatMap((name) => tables.find((table) => table === name) ?? []);
  return {
    sql: joinTokens(cursor.checked),
    tables: tables.filter((table) => reader.used.has(table)),
    crossed: reader.crossed.map(known),
  };
}

function refuseStatements(tokens: readonly SqlToken[]): void {
  for (const [i, { kind, value }] of tokens.entries()) {
    const before = tokens[i - 1];
    const isColumn = before?.kind === 'symbol' && before.value === '.';
    if (kind === 'word' && REFUSED_WORDS.has(value.toUpperCase()) && !isColumn)
      throw new SqlRefusedError(`SQL: ${value} is not allowed; results are read by SELECT alone`);
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
