import { ColumnMissingError, ColumnTypeError, MapShapeError, SchemaMetadataError } from '../errors.js';
import type { ArrowFile } from '../ipc/arrow-file.js';
import { describeType, type Field } from '../ipc/field.js';
import { checkpointMeta, type CheckpointMeta } from '../schemas/checkpoint-meta.js';
import { SCHEMA_KEY } from '../schemas/schema-key.js';

/** What the schema of an activations/1 file says. */
export interface ActivationsHeader {
  /** N: the maps have N × N floats. */
  readonly size: number;
  readonly checkpoint: string | null;
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly category: string | null;
  /** Scalars that are known of the checkpoint. */
  readonly meta: CheckpointMeta;
  /** Positions of the columns among the file's. */
  readonly columns: { readonly unit: number; readonly image: number; readonly map: number };
  /** Bits of a stored float. */
  readonly mapBits: 16 | 32;
}

export const ACTIVATIONS_SCHEMA = 'activations/1';

/**
 * Checks the schema of an activations/1 file.
 *
 * @throws SchemaMetadataError, ColumnMissingError, ColumnTypeError, MapShapeError
 */
export function readActivationsHeader(file: ArrowFile): ActivationsHeader {
  const { name } = file.source;
  const { metadata } = file;
  const schema = metadata.get(SCHEMA_KEY);
  if (schema !== ACTIVATIONS_SCHEMA) {
    throw new SchemaMetadataError(
      `${name}: expected the schema metadata ${SCHEMA_KEY} = ${ACTIVATIONS_SCHEMA}, found ${schema === undefined ? 'none' : JSON.stringify(schema)}; ` +
        "in pyarrow: schema.with_metadata({'unitscope.schema': 'activations/1', 'unitscope.height': '14', 'unitscope.width': '14'})",
    );
  }
  const height = count(name, metadata, 'unitscope.height');
  const width = count(name, metadata, 'unitscope.width');
  const unit = column(file, 'unit', 'any integer type');
  const image = column(file, 'image', 'an integer type, utf8, large_utf8 or a dictionary of utf8');
  const map = column(file, 'map', 'fixed_size_list<float32>[height × width]');
  checkUnit(name, unit.field);
  checkImage(name, image.field);
  const { listSize, mapBits } = checkMap(name, map.field);
  if (listSize !== height * width) {
    throw new MapShapeError(
      `${name}: column 'map' has lists of ${listSize} values, expected unitscope.height × unitscope.width = ${height} × ${width} = ${height * width}`,
    );
  }
  if (height !== width) {
    throw new MapShapeError(
      `${name}: expected square maps, found unitscope.height = ${height} and unitscope.width = ${width}`,
    );
  }
  const layerIndex = metadata.has('unitscope.layer_index')
    ? count(name, metadata, 'unitscope.layer_index', 0)
    : null;
  return {
    size: height,
    checkpoint: metadata.get('unitscope.checkpoint') ?? null,
    layer: metadata.get('unitscope.layer') ?? null,
    layerIndex,
    category: metadata.get('unitscope.category') ?? null,
    meta: checkpointMeta(name, metadata),
    columns: { unit: unit.index, image: image.index, map: map.index },
    mapBits,
  };
}

function count(name: string, metadata: ReadonlyMap<string, string>, key: string, least = 1): number {
  const text = metadata.get(key);
  if (text === undefined) {
    throw new SchemaMetadataError(`${name}: the schema metadata lacks ${key}, expected a whole number`);
  }
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= 0x7fff_ffff)) {
    throw new SchemaMetadataError(
      `${name}: the schema metadata ${key} is ${JSON.stringify(text.slice(0, 80))}, expected a whole number from ${least}`,
    );
  }
  return value;
}

function column(file: ArrowFile, wanted: string, type: string): { index: number; field: Field } {
  const index = file.fields.findIndex((field) => field.name === wanted);
  const field = file.fields[index];
  const names = file.fields.map((other) => other.name);
  if (field === undefined) {
    const found = names.length === 0 ? 'no column' : names.slice(0, 20).join(', ').slice(0, 400);
    throw new ColumnMissingError(`${file.source.name}: no column '${wanted}' (${type}); found ${found}`);
  }
  if (names.lastIndexOf(wanted) !== index) {
    throw new ColumnMissingError(`${file.source.name}: expected one column '${wanted}', found several`);
  }
  return { index, field };
}

function wrongType(name: string, field: Field, expected: string, mend: string): ColumnTypeError {
  return new ColumnTypeError(
    `${name}: column '${field.name}' has type ${describeType(field)}, expected ${expected}; ${mend}`,
  );
}

/** A statement of pyarrow that makes a table with a column that is read. */
function replaced(column: string, made: string): string {
  return `in pyarrow: table = table.set_column(table.schema.get_field_index('${column}'), '${column}', ${made})`;
}

function checkUnit(name: string, field: Field): void {
  if (field.type.kind === 'int' && field.dictionary === null) return;
  throw wrongType(name, field, 'any integer type', replaced('unit', "table['unit'].cast(pa.uint32())"));
}

function checkImage(name: string, field: Field): void {
  const { type, dictionary } = field;
  const text = type.kind === 'utf8' || type.kind === 'large_utf8';
  if (text || (type.kind === 'int' && dictionary === null)) return;
  const expected = 'an integer type, utf8, large_utf8 or a dictionary of utf8';
  const polars = 'in polars: df.write_ipc(path, compat_level=pl.CompatLevel.oldest())';
  const cast = replaced('image', "table['image'].cast(pa.string())");
  const isView = type.kind === 'other' && type.variadic;
  throw wrongType(name, field, expected, isView ? `${cast}; ${polars}` : cast);
}

function checkMap(name: string, field: Field): { listSize: number; mapBits: 16 | 32 } {
  const { type, children, dictionary } = field;
  const [values] = children;
  // Lists of any kind and depth, of any floats, as one list of fixed size a row.
  const flat = "flat = pc.list_flatten(table['map'], recursive=True).combine_chunks().cast(pa.float32())";
  const lists = replaced('map', 'pa.FixedSizeListArray.from_arrays(flat, len(flat) // table.num_rows)');
  const mend = lists.replace('in pyarrow: ', `in pyarrow: import pyarrow.compute as pc; ${flat}; `);
  if (type.kind === 'fixed_size_list' && dictionary === null && values?.type.kind === 'float') {
    const { bits } = values.type;
    if (values.dictionary === null && bits !== 64) return { listSize: type.size, mapBits: bits };
  }
  throw wrongType(name, field, 'fixed_size_list<float32 or float16>[height × width]', mend);
}
