import { nearest } from '@unitscope/base';
import { SqlRefusedError } from '../errors.js';
import { sqlTokens } from './sql-tokens.js';
import { shown } from './token-cursor.js';

/** What SQL asks of the tables themselves. */
export type Listing<T extends string> =
  { readonly of: 'tables' } | { readonly of: 'columns'; readonly table: T };

const BEGINS = new Set(['SHOW', 'DESCRIBE', 'DESC']);
const EXPECTED = 'SHOW TABLES, SHOW COLUMNS FROM table, or DESCRIBE table';

/**
 * `SHOW TABLES`, `DESCRIBE units` and `SHOW COLUMNS FROM units`; null for any other statement. Throws SqlRefusedError
 * where it begins like one of them and is none.
 */
export function readListing<T extends string>(sql: string, tables: readonly T[]): Listing<T> | null {
  const tokens = sqlTokens(sql);
  const [first] = tokens;
  if (first?.kind !== 'word' || !BEGINS.has(first.value.toUpperCase())) return null;
  while (tokens.at(-1)?.kind === 'symbol' && tokens.at(-1)?.value === ';') tokens.pop();
  const words = tokens.map(({ kind, value }) => (kind === 'word' ? value.toUpperCase() : ''));
  if (words.join(' ') === 'SHOW TABLES') return { of: 'tables' };
  const before =
    words[0] === 'SHOW'
      ? ['SHOW', 'COLUMNS', 'FROM']
      : words[1] === 'TABLE'
        ? [words[0], 'TABLE']
        : [words[0]];
  const name = tokens[before.length];
  const isName = name?.kind === 'word' || name?.kind === 'quoted';
  if (!before.every((word, i) => words[i] === word) || !isName || tokens.length !== before.length + 1) {
    throw new SqlRefusedError(`SQL: expected ${EXPECTED}, found ${tokens.map(shown).join(' ')}`);
  }
  const table = tables.find((known) => known === name.value.toLowerCase());
  if (table !== undefined) return { of: 'columns', table };
  const near = nearest(name.value, tables);
  throw new SqlRefusedError(
    `SQL: no table ${shown(name)}${near === null ? '' : `; did you mean ${near}?`} (there are ${tables.join(', ')})`,
  );
}
