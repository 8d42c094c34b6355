import { MemorySink, type ByteSink } from '../byte-sink.js';
import { SCHEMA_KEY } from '../schemas/schema-key.js';
import { ArrowFileWriter } from '../ipc/arrow-file-writer.js';
import { text } from '../ipc/array-data.js';
import {
  rowsOf,
  type AnyColumn,
  type Columns,
  type ColumnSpec,
  type ColumnSpecs,
  type TableSchema,
  type TextColumn,
} from '../schemas/column.js';
import { compareUtf8 } from '../schemas/utf8-order.js';
import { arrowFields } from './arrow-fields.js';
import { ColumnBuilder } from './column-builder.js';

/** Rows of a record batch of every table: fixed, so that the bytes do not depend on how rows arrive. */
export const ROWS_PER_BATCH = 65_536;

export interface TableOptions {
  /** Provenance, written into the schema's metadata beside `unitscope.schema`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface TableWriterOptions<C extends ColumnSpecs> extends TableOptions {
  /** Every label that each label column may hold; written sorted, as the column's dictionary. */
  readonly labels?: { readonly [name in keyof C]?: Iterable<string> };
}

/** Writes one table, rows in the order they come, in bounded memory. */
export class TableWriter<C extends ColumnSpecs> {
  private rows = 0;

  private constructor(
    private readonly schema: TableSchema<C>,
    private readonly file: ArrowFileWriter,
    private readonly columns: readonly { name: string; spec: ColumnSpec; builder: ColumnBuilder }[],
  ) {}

  /** Writes the schema and the dictionaries. */
  static async begin<C extends ColumnSpecs>(
    schema: TableSchema<C>,
    sink: ByteSink,
    options: TableWriterOptions<C> = {},
  ): Promise<TableWriter<C>> {
    const fields = arrowFields(schema.columns);
    const metadata = new Map(Object.entries({ ...options.metadata, [SCHEMA_KEY]: schema.name }));
    const file = await ArrowFileWriter.begin(sink, fields, metadata);
    const columns = [];
    for (const [position, [name, spec]] of Object.entries(schema.columns).entries()) {
      let dictionary: Map<string, number> | null = null;
      if (spec.kind === 'label') {
        const labels = [...new Set(options.labels?.[name])].sort(compareUtf8);
        dictionary = new Map(labels.map((label, index) => [label, index]));
        await file.dictionary(fields[position]?.dictionary?.id ?? 0n, dictionaryData(labels));
      }
      columns.push({ name, spec, builder: new ColumnBuilder(spec, ROWS_PER_BATCH, dictionary) });
    }
    return new TableWriter(schema, file, columns);
  }

  /** Appends rows. @throws RangeError for columns of different lengths or a label that was not announced */
  async write(columns: Columns<C>): Promise<void> {
    const given = columns as Readonly<Record<string, AnyColumn>>;
    const count = this.countRows(given);
    for (let from = 0; from < count;) {
      const to = Math.min(count, from + ROWS_PER_BATCH - this.rows);
      for (const { name, builder } of this.columns) {
        const column = given[name];
        if (column !== undefined) builder.append(column, from, to, this.rows);
      }
      this.rows += to - from;
      from = to;
      if (this.rows === ROWS_PER_BATCH) await this.flush();
    }
  }

  /** Writes the last batch and the footer. The sink is the caller's to close. */
  async close(): Promise<void> {
    if (this.rows > 0) await this.flush();
    await this.file.close();
  }

  private async flush(): Promise<void> {
    await this.file.batch(
      this.rows,
      this.columns.map(({ builder }) => builder.take(this.rows)),
    );
    this.rows = 0;
  }

  private countRows(columns: Readonly<Record<string, AnyColumn>>): number {
    let rows = -1;
    for (const { name, spec } of this.columns) {
      const column = columns[name];
      if (column === undefined) throw new RangeError(`${this.schema.name}: no column '${name}'`);
      const found = rowsOf(spec, column);
      if (rows >= 0 && found !== rows) {
        throw new RangeError(`${this.schema.name}: column '${name}' has ${found} rows, others ${rows}`);
      }
      rows = found;
    }
    return Math.max(rows, 0);
  }
}

/** A whole table as the bytes of an Arrow IPC file; its dictionaries hold the labels that occur. */
export async function encodeTable<C extends ColumnSpecs>(
  schema: TableSchema<C>,
  columns: Columns<C>,
  options: TableOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = new MemorySink();
  const labels: { [name in keyof C]?: Iterable<string> } = {};
  for (const name of Object.keys(schema.columns) as (keyof C)[]) {
    if (schema.columns[name]?.kind === 'label') labels[name] = usedLabels(columns[name]);
  }
  const writer = await TableWriter.begin(schema, sink, { ...options, labels });
  await writer.write(columns);
  await writer.close();
  return sink.bytes();
}

function usedLabels(column: AnyColumn): Set<string> {
  const { codes, labels } = ('valid' in column ? column.values : column) as TextColumn;
  const used = new Set<string>();
  const seen = new Uint8Array(labels.length);
  for (let row = 0; row < codes.length; row++) {
    if ('valid' in column && column.valid[row] === 0) continue;
    const code = codes[row] as number;
    if (seen[code] === 1) continue;
    seen[code] = 1;
    used.add(labels[code] as string);
  }
  return used;
}

function dictionaryData(labels: readonly string[]) {
  const encoded = labels.map((label) => new TextEncoder().encode(label));
  const offsets = new Int32Array(labels.length + 1);
  encoded.forEach((bytes, index) => (offsets[index + 1] = (offsets[index] as number) + bytes.length));
  const bytes = new Uint8Array(offsets[labels.length] as number);
  encoded.forEach((part, index) => bytes.set(part, offsets[index]));
  return text(labels.length, offsets, bytes);
}
