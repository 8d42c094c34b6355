import { InputError } from '@unitscope/topology';
import type { DataFrame, LazyDataFrame } from 'nodejs-polars';
import { NoResultsError, SqlError } from './errors.js';
import { groupByIndex, labelIndices, type IndexedSql } from './label-index.js';
import { QueryResult } from './query-result.js';
import { guardSql } from './sql-guard.js';
import { SqlTables, TABLES, type TableName } from './sql-tables.js';
import type { SweepResults } from './sweep-results.js';

/** Labels are dictionaries in the files; the engine's text functions want texts. */
const LABELS = new Set(['checkpoint', 'layer', 'category']);
const WANTS_TEXT = /got:? `?cat|expected `?String|\bcategorical\b/i;

/**
 * Answers one SELECT over the results of sweeps: the tables units, layers, checkpoints, births and failures, read in
 * place. With several sweeps a column `sweep` says whose a row is. Throws SqlRefusedError for anything but a SELECT of
 * these tables, SqlError for what the engine does not understand, NoResultsError where births were not kept.
 */
export async function runQuery(sweeps: readonly SweepResults[], sql: string): Promise<QueryResult> {
  const { sql: safe, tables: used } = guardSql(sql, TABLES);
  const withoutBirths = sweeps.find(({ manifest }) => !manifest.keepBirths);
  if (used.includes('births') && sweeps.every(({ manifest }) => !manifest.keepBirths)) {
    throw new NoResultsError(
      `sweep ${withoutBirths?.name ?? ''}: births were not kept (write \`births: true\` in its spec and run it again)`,
    );
  }
  // A native library of some 100 MB: loaded when a query is run.
  const { default: pl } = await import('nodejs-polars');
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
    const [only] = sweeps;
    if (only !== undefined && sweeps.length === 1 && (used.join() === 'units' || used.join() === 'births')) {
      const indexed = groupByIndex(safe, labelIndices(only.manifest));
      const frame = indexed === null ? null : withLabels(pl, indexed, (text) => answer(text, false));
      if (frame !== null) return new QueryResult(pl, frame);
    }
    try {
      return new QueryResult(pl, answer(safe, false));
    } catch (error) {
      // Twice the time on large tables, so only where it is needed.
      if (!WANTS_TEXT.test(messageOf(error))) throw error;
      return new QueryResult(pl, answer(safe, true));
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new SqlError(`SQL: ${firstParagraph(messageOf(error))}`, { cause: error });
  } finally {
    await tables.close();
  }
}

/** The answer with its labels back; null where the engine has objections, which the plain query then tells. */
function withLabels(
  pl: typeof import('nodejs-polars'),
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

function withTexts(pl: typeof import('nodejs-polars'), frame: LazyDataFrame): LazyDataFrame {
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
