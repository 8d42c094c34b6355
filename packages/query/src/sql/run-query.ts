import { countText, InputError } from '@unitscope/base';
import type { DataFrame, LazyDataFrame } from 'nodejs-polars';
import { SqlError, SqlRefusedError } from '../errors.js';
import { groupByIndex, labelIndices, type IndexedSql } from '../checkpoints/label-index.js';
import { listColumns, listTables } from './list-tables.js';
import { QueryResult } from './query-result.js';
import { guardSql } from './sql-guard.js';
import { polars, type Polars } from './polars.js';
import { missingTables, refuseMissing } from './missing-tables.js';
import { readListing, type Listing } from './listing.js';
import { SqlTables, TABLES, type TableName } from './sql-tables.js';
import type { SweepResults } from '../results/sweep-results.js';

/** Labels are dictionaries in the files; the engine's text functions want texts. */
const LABELS = new Set(['checkpoint', 'layer', 'category']);
/** The engine counts rows in 32 bits, and panics beyond. */
const MOST_ROWS = 2 ** 32 - 1;
const TOO_MANY_ROWS = /maximum length reached|bigidx|TryFromIntError/i;
const WANTS_TEXT = /got:? `?cat|expected `?String|\bcategorical\b/i;

/**
 * Answers one SELECT, SHOW TABLES or DESCRIBE over the results of sweeps: the tables units, layers, checkpoints, births, objects and
 * failures, read in place. With several sweeps a column `sweep` says whose a row is. Throws SqlRefusedError for anything but a SELECT of
 * these tables, SqlError for what the engine does not understand, NoResultsError where births were not kept or objects not listed.
 */
export async function runQuery(sweeps: readonly SweepResults[], sql: string): Promise<QueryResult> {
  const listing = readListing(sql, TABLES);
  if (listing !== null) return list(sweeps, listing);
  const { sql: safe, tables: used, crossed } = guardSql(sql, TABLES);
  await refuseMissing(sweeps, used);
  const pl = polars();
  const tables = new SqlTables(sweeps);
  try {
    const frames: Partial<Record<TableName, LazyDataFrame>> = {};
    for (const table of used) frames[table] = await tables.frame(pl, table);
    // Streaming, which only the synchronous call offers, takes half the time and memory on large tables.
    const answer = (text: string, texts: boolean): DataFrame => {
      const context = pl.SQLContext({});
      for (const [table, frame] of Object.entries(frames)) {
        context.register(table, texts ? withTexts(pl, frame) : frame);
      }
      const lazy = context.execute(text);
      // The engine hands its refusal back inside the frame instead of throwing it.
      const inner: unknown = (lazy as unknown as { _ldf: unknown })._ldf;
      if (inner instanceof Error) throw inner;
      return lazy.collectSync({ engine: 'streaming' });
    };
    refuseLargeProducts(crossed, (table) => {
      const [count] = answer(`SELECT count(*) AS "rows" FROM "${table}"`, false).toRecords();
      return Number(count?.['rows'] ?? 0);
    });
    const [only] = sweeps;
    if (only !== undefined && sweeps.length === 1 && (used.join() === 'units' || used.join() === 'births')) {
      const indexed = groupByIndex(safe, labelIndices(only.manifest));
      const frame = indexed === null ? null : withLabels(pl, indexed, (text) => answer(text, false));
      if (frame !== null) return new QueryResult(pl, frame, tables.notices);
    }
    try {
      return new QueryResult(pl, answer(safe, false), tables.notices);
    } catch (error) {
      // Twice the time on large tables, so only where it is needed.
      if (!WANTS_TEXT.test(messageOf(error))) throw error;
      return new QueryResult(pl, answer(safe, true), tables.notices);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const message = messageOf(error);
    if (TOO_MANY_ROWS.test(message)) {
      throw new SqlError(
        `SQL: a step of it has more than ${countText(MOST_ROWS)} rows; join on more columns, or aggregate first`,
        { cause: error },
      );
    }
    throw new SqlError(`SQL: ${firstParagraph(message)}`, { cause: error });
  } finally {
    await tables.close();
  }
}

/** The tables of the sweeps, or the columns of one. What no sweep has is no table. */
async function list(sweeps: readonly SweepResults[], listing: Listing<TableName>): Promise<QueryResult> {
  const pl = polars();
  const tables = new SqlTables(sweeps);
  try {
    if (listing.of === 'columns') {
      return new QueryResult(pl, listColumns(pl, await tables.frame(pl, listing.table)));
    }
    const missing = await missingTables(sweeps);
    const names = TABLES.filter((table) => !missing.has(table));
    return new QueryResult(pl, await listTables(pl, tables, names));
  } finally {
    await tables.close();
  }
}

/** Throws SqlRefusedError where a CROSS JOIN of whole tables has more rows than the engine can count. */
function refuseLargeProducts(
  crossed: readonly (readonly TableName[])[],
  rowsOf: (table: TableName) => number,
): void {
  for (const tables of crossed) {
    const rows = tables.map(rowsOf);
    const product = rows.reduce((all, some) => all * some, 1);
    if (product <= MOST_ROWS) continue;
    const factors = tables.map((table, i) => `${table} (${countText(rows[i] ?? 0)} rows)`);
    throw new SqlRefusedError(
      `SQL: the CROSS JOIN of ${factors.join(' and ')} has ${countText(product)} rows, more than the engine ` +
        `counts (${countText(MOST_ROWS)}); write JOIN … ON, or aggregate one side in a subquery first`,
    );
  }
}

/** The answer with its labels back; null where the engine has objections, which the plain query then tells. */
function withLabels(
  pl: Polars,
  { sql, columns }: IndexedSql,
  answer: (sql: string) => DataFrame,
): DataFrame | null {
  try {
    let frame = answer(sql);
    for (const [name, { labels }] of columns) {
      const numbers = frame.getColumn(name).toArray() as unknown as Iterable<number>;
      const texts = Array.from(numbers, (number) => labels.get(number));
      if (texts.includes(undefined)) return null;
      frame = frame.withColumn(pl.Series(name, texts, pl.Utf8));
    }
    return frame;
  } catch {
    return null;
  }
}

function withTexts(pl: Polars, frame: LazyDataFrame): LazyDataFrame {
  const labels = frame.columns.filter((name) => LABELS.has(name));
  return frame.withColumns(...labels.map((name) => pl.col(name).cast(pl.Utf8)));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What follows is the engine's plan, with paths of files. */
function firstParagraph(text: string): string {
  return (text.split('\n\n')[0] ?? text).replaceAll('\n', ' ');
}
