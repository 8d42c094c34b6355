/** Texts by code: row i is `labels[codes[i]]`. */
export interface TextColumn {
  readonly codes: Uint32Array;
  readonly labels: readonly string[];
}

/** Birth histograms: row i is entries `offsets[i] … offsets[i + 1]` of both arrays, ranks ascending. */
export interface HistogramColumn {
  readonly offsets: Uint32Array;
  readonly birth_rank: Uint32Array;
  readonly images: Uint32Array;
}

/** The text of a row; null where it has none. */
export function textAt({ values, valid }: NullableColumn<TextColumn>, row: number): string | null {
  return valid[row] === 1 ? (values.labels[values.codes[row] ?? 0] ?? null) : null;
}

/** A column in which rows may be null: `valid[i]` is 1 where row i has a value, 0 where it has none. */
export interface NullableColumn<V> {
  readonly values: V;
  readonly valid: Uint8Array;
}

/**
 * What a column holds. `count` is uint64 in the file and an exact integer below 2⁵³ in memory; `label` is
 * dictionary<int32, utf8>; `bool` has one byte a row in memory.
 */
interface KindValues {
  readonly uint32: Uint32Array;
  readonly int32: Int32Array;
  readonly float64: Float64Array;
  readonly count: Float64Array;
  readonly bool: Uint8Array;
  readonly utf8: TextColumn;
  readonly label: TextColumn;
  readonly histogram: HistogramColumn;
}

export type ColumnKind = keyof KindValues;

export type NumberKind = 'uint32' | 'int32' | 'float64' | 'count' | 'bool';
export type NumberValues = KindValues[NumberKind];

const numberArrays = {
  uint32: Uint32Array,
  int32: Int32Array,
  float64: Float64Array,
  count: Float64Array,
  bool: Uint8Array,
} as const;

/** A zeroed array that holds values of `kind`. */
export function numberArray(kind: NumberKind, length: number): NumberValues {
  return new numberArrays[kind](length);
}

export interface ColumnSpec<K extends ColumnKind = ColumnKind, N extends boolean = boolean> {
  readonly kind: K;
  readonly nullable: N;
  /** Files of an earlier version do not have it: it is null in all of their rows. */
  readonly isLater?: true;
}

export type ColumnSpecs = Readonly<Record<string, ColumnSpec>>;

/** A table: its name with version (`units/1`) and its columns in order. */
export interface TableSchema<C extends ColumnSpecs = ColumnSpecs> {
  readonly name: string;
  readonly columns: C;
}

type ValuesOf<S> =
  S extends ColumnSpec<infer K, infer N>
    ? N extends true
      ? NullableColumn<KindValues[K]>
      : KindValues[K]
    : never;

/** Rows of a table as a struct of arrays, all of the same length. */
export type Columns<C extends ColumnSpecs> = { readonly [name in keyof C]: ValuesOf<C[name]> };

export type AnyValues = KindValues[ColumnKind];
export type AnyColumn = AnyValues | NullableColumn<AnyValues>;

/** A column that earlier versions did not write. */
export function later<K extends 'utf8' | 'label' | 'float64' | 'uint32'>(kind: K): ColumnSpec<K, true> {
  return { kind, nullable: true, isLater: true };
}

export function required<K extends ColumnKind>(kind: K): ColumnSpec<K, false> {
  return { kind, nullable: false };
}

export function nullable<K extends ColumnKind>(kind: K): ColumnSpec<K, true> {
  return { kind, nullable: true };
}

/** Texts as a column, each label once. */
export function textColumn(texts: readonly string[]): TextColumn {
  const codeOf = new Map<string, number>();
  const codes = Uint32Array.from(texts, (text) => {
    const code = codeOf.get(text) ?? codeOf.size;
    codeOf.set(text, code);
    return code;
  });
  return { codes, labels: [...codeOf.keys()] };
}

/** Texts of which some are missing. */
export function nullableTextColumn(texts: readonly (string | null)[]): NullableColumn<TextColumn> {
  return {
    values: textColumn(texts.map((text) => text ?? '')),
    valid: Uint8Array.from(texts, (text) => (text === null ? 0 : 1)),
  };
}

/** A column of one value in `rows` rows: a label, or null in all of them. */
export function sameText(text: string | null, rows: number): NullableColumn<TextColumn> {
  return {
    values: { codes: new Uint32Array(rows), labels: [text ?? ''] },
    valid: new Uint8Array(rows).fill(text === null ? 0 : 1),
  };
}

/** How many rows a column has. */
export function rowsOf(spec: ColumnSpec, column: AnyColumn): number {
  const values = 'valid' in column ? column.values : column;
  if (spec.nullable !== 'valid' in column) throw new RangeError('a nullable column has values and valid');
  if ('codes' in values) return values.codes.length;
  if ('offsets' in values) return values.offsets.length - 1;
  return values.length;
}
