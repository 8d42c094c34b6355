import type { ByteSource } from '../byte-source.js';
import { SCHEMA_KEY } from '../schemas/schema-key.js';
import { ColumnMissingError, ColumnTypeError, SchemaMetadataError } from '../errors.js';
import { ArrowFile } from '../ipc/arrow-file.js';
import { CompressionBudget } from '../ipc/body-buffer.js';
import { Dictionary } from '../ipc/dictionary.js';
import { describeType } from '../ipc/field.js';
import { checkpointsSchema, type MetaKind } from '../schemas/tables.js';
import {
  sameText,
  type AnyColumn,
  type Columns,
  type ColumnSpec,
  type ColumnSpecs,
  type TableSchema,
} from '../schemas/column.js';
import { arrowFields } from './arrow-fields.js';
import { readColumn, dictionaryLabels } from './column-reader.js';
import { concatColumns } from './concat.js';

const LIMIT = 2 ** 30;

interface OpenColumn {
  readonly name: string;
  readonly spec: ColumnSpec;
  /** Null where the file is of a version that did not write it. */
  readonly position: number | null;
  readonly labels: readonly string[] | null;
}

/** A table of this package, its schema checked; read batch by batch or whole. */
export class TableFile<C extends ColumnSpecs> {
  private constructor(
    private readonly file: ArrowFile,
    readonly schema: TableSchema<C>,
    private readonly columns: readonly OpenColumn[],
  ) {}

  /** @throws SchemaMetadataError, ColumnMissingError, ColumnTypeError, and as ArrowFile.open */
  static async open<C extends ColumnSpecs>(
    source: ByteSource,
    schema: TableSchema<C>,
  ): Promise<TableFile<C>> {
    const file = await ArrowFile.open(source);
    return TableFile.from(file, schema);
  }

  static async from<C extends ColumnSpecs>(file: ArrowFile, schema: TableSchema<C>): Promise<TableFile<C>> {
    const { name } = file.source;
    checkSchemaName(file, schema.name);
    const columns: OpenColumn[] = [];
    for (const expected of arrowFields(schema.columns)) {
      const position = file.fields.findIndex((field) => field.name === expected.name);
      const field = file.fields[position];
      const spec = schema.columns[expected.name];
      if (field === undefined && spec?.isLater === true) {
        columns.push({ name: expected.name, spec, position: null, labels: null });
        continue;
      }
      if (field === undefined || spec === undefined) {
        throw new ColumnMissingError(
          `${name}: no column '${expected.name}', expected ${describeType(expected)}`,
        );
      }
      if (describeType(field) !== describeType(expected)) {
        throw new ColumnTypeError(
          `${name}: column '${expected.name}' has type ${describeType(field)}, expected ${describeType(expected)}`,
        );
      }
      const labels =
        field.dictionary === null ? null : dictionaryLabels(await Dictionary.read(file, field, LIMIT));
      columns.push({ name: expected.name, spec, position, labels });
    }
    return new TableFile(file, schema, columns);
  }

  /** The schema's metadata: `unitscope.schema` and the provenance. */
  get metadata(): ReadonlyMap<string, string> {
    return this.file.metadata;
  }

  /** The rows in the order of the file, one record batch at a time. */
  async *batches(): AsyncGenerator<Columns<C>, void, undefined> {
    for (let i = 0; i < this.file.batches; i++) {
      const batch = await this.file.batch(i);
      const budget = new CompressionBudget(LIMIT, this.file.source.name);
      const columns: Record<string, AnyColumn> = {};
      for (const { name, spec, position, labels } of this.columns) {
        if (position === null) {
          columns[name] = noValues(spec, batch.rows);
          continue;
        }
        const array = batch.columns[position];
        if (array === undefined) throw new RangeError(`no column ${position}`);
        columns[name] = await readColumn(spec, { file: this.file, batch, array, budget }, labels);
      }
      yield columns as Columns<C>;
    }
  }

  /** The whole table. */
  async readAll(): Promise<Columns<C>> {
    const batches: Columns<C>[] = [];
    for await (const batch of this.batches()) batches.push(batch);
    return concatColumns(this.schema, batches);
  }
}

/** A column that the file does not have. */
function noValues({ kind }: ColumnSpec, rows: number): AnyColumn {
  const valid = new Uint8Array(rows);
  if (kind === 'float64') return { values: new Float64Array(rows), valid };
  if (kind === 'uint32') return { values: new Uint32Array(rows), valid };
  return sameText(null, rows);
}

/** A whole table of bytes in memory. */
export async function decodeTable<C extends ColumnSpecs>(
  source: ByteSource,
  schema: TableSchema<C>,
): Promise<Columns<C>> {
  return (await TableFile.open(source, schema)).readAll();
}

/** Opens a checkpoints/1 table; its `meta_*` columns are those of the file. */
export async function openCheckpoints(
  source: ByteSource,
): Promise<TableFile<ReturnType<typeof checkpointsSchema>['columns']>> {
  const file = await ArrowFile.open(source);
  const meta: Record<string, MetaKind> = {};
  for (const field of file.fields) {
    if (!field.name.startsWith('meta_')) continue;
    const { kind } = field.type;
    meta[field.name.slice(5)] = kind === 'bool' ? 'bool' : kind === 'float' ? 'float64' : 'utf8';
  }
  return TableFile.from(file, checkpointsSchema(meta));
}

function checkSchemaName(file: ArrowFile, expected: string): void {
  const found = file.metadata.get(SCHEMA_KEY);
  if (found === expected) return;
  throw new SchemaMetadataError(
    `${file.source.name}: expected the schema metadata ${SCHEMA_KEY} = ${expected}, found ${found === undefined ? 'none' : JSON.stringify(found.slice(0, 80))}`,
  );
}
