import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeWhole } from '@unitscope/process';
import type { DataFrame } from 'nodejs-polars';
import { csvSafe, FORMULA } from '@unitscope/base';
import { QueryOutputError } from '../errors.js';
import type { Polars } from './polars.js';

/** A cell of a result; nested where the column is (birth_histogram). */
export type CellValue =
  string | number | boolean | null | readonly CellValue[] | { readonly [name: string]: CellValue };

const FORMATS = {
  '.csv': (frame: DataFrame, file: string, pl: Polars) => flat(pl, frame).writeCSV(file),
  '.parquet': (frame: DataFrame, file: string) => frame.writeParquet(file),
  '.arrow': (frame: DataFrame, file: string, pl: Polars) => withoutDictionaries(pl, frame).writeIPC(file),
  '.feather': (frame: DataFrame, file: string, pl: Polars) => withoutDictionaries(pl, frame).writeIPC(file),
} as const;

/** The rows that a query gave. */
export class QueryResult {
  constructor(
    private readonly pl: Polars,
    private readonly frame: DataFrame,
    /** What a reader should know of the tables: columns that those of an earlier version lack. */
    readonly notices: readonly string[] = [],
  ) {}

  get columns(): string[] {
    return this.frame.columns;
  }

  get length(): number {
    return this.frame.height;
  }

  /** The first `limit` rows, values in the order of the columns. */
  rows(limit = Infinity): CellValue[][] {
    return this.records(limit).map((record) => this.columns.map((name) => record[name] ?? null));
  }

  /** The first `limit` rows as objects. */
  records(limit = Infinity): Record<string, CellValue>[] {
    const frame = Number.isFinite(limit) ? this.frame.head(limit) : this.frame;
    return (frame.toRecords() as Record<string, unknown>[]).map(
      (record) => plain(record) as Record<string, CellValue>,
    );
  }

  /** The first `limit` rows as an Arrow IPC file, labels as texts. */
  arrow(limit = Infinity): Uint8Array {
    const frame = Number.isFinite(limit) ? this.frame.head(limit) : this.frame;
    return withoutDictionaries(this.pl, frame).writeIPC({ compression: 'uncompressed' });
  }

  /** As CSV text, nested columns as JSON. */
  csv(): string {
    return flat(this.pl, this.frame).writeCSV().toString();
  }

  /** Writes the rows in the format of the file's ending: .csv, .json, .parquet or .arrow. Throws QueryOutputError. */
  async write(file: string): Promise<void> {
    const ending = path.extname(file).toLowerCase();
    try {
      await makeWhole(file, async (unfinished) => {
        if (ending === '.json') await writeFile(unfinished, `${JSON.stringify(this.records())}\n`);
        else outputFormat(file)(this.frame, unfinished, this.pl);
      });
    } catch (cause) {
      if (cause instanceof QueryOutputError) throw cause;
      throw new QueryOutputError(`${file}: cannot be written: ${(cause as Error).message}`, { cause });
    }
  }
}

/** Throws QueryOutputError for a file name whose ending says no format. */
export function checkOutputName(file: string): void {
  if (path.extname(file).toLowerCase() !== '.json') outputFormat(file);
}

function outputFormat(file: string): (typeof FORMATS)[keyof typeof FORMATS] {
  const ending = path.extname(file).toLowerCase();
  if (!(ending in FORMATS)) {
    throw new QueryOutputError(`${file}: expected a name that ends in .csv, .json, .parquet or .arrow`);
  }
  return FORMATS[ending as keyof typeof FORMATS];
}

/** An Arrow file has one dictionary a column; labels of many files come with many: they are written as texts. */
function withoutDictionaries(pl: Polars, frame: DataFrame): DataFrame {
  const labels = frame.columns.filter((name) => {
    const column: { dtype: { variant: string } } = frame.getColumn(name);
    return column.dtype.variant === 'Categorical';
  });
  return labels.length === 0 ? frame : frame.withColumns(...labels.map((name) => pl.col(name).cast(pl.Utf8)));
}

/** As CSV can hold it: lists as JSON, and no text or name that a spreadsheet takes for a formula. */
function flat(pl: Polars, frame: DataFrame): DataFrame {
  let result = withoutDictionaries(pl, frame);
  for (const name of frame.columns) {
    const column: { dtype: { variant: string }; toArray(): unknown } = frame.getColumn(name);
    if (!/^(?:List|Struct|Array|FixedSizeList)$/.test(column.dtype.variant)) continue;
    const texts = Array.from(column.toArray() as Iterable<unknown>, (value) =>
      value === null ? null : JSON.stringify(plain(value)),
    );
    result = result.withColumn(pl.Series(name, texts, pl.Utf8));
  }
  const texts = result.columns.filter((name) => {
    const column: { dtype: { variant: string } } = result.getColumn(name);
    return /^(?:Utf8|String)$/.test(column.dtype.variant);
  });
  if (texts.length > 0) {
    const safe = texts.map((name) =>
      pl.col(name).str.replace(FORMULA.source.replace('[', '([').replace(']', '])'), "'$1"),
    );
    result = result.withColumns(...safe);
  }
  return result.rename(Object.fromEntries(result.columns.map((name) => [name, csvSafe(name)])));
}

/** What the engine gives, as JSON can hold it: numbers for bigints, null for NaN and ±Infinity. */
function plain(value: unknown): CellValue {
  if (typeof value === 'bigint') return Number(value);
  // NaN of a log is no lack of a value; JSON, which has no word for it, says null.
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && Symbol.iterator in value)
    return Array.from(value as Iterable<unknown>, plain);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
