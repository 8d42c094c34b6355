/**
 * What a column holds. `whole`: an integer below 2³¹; `values`: a list, `floats`: one in single precision, `numbers`: one with null
 * where there is no value.
 */
interface ColumnValues {
  readonly text: string;
  readonly number: number;
  readonly whole: number;
  readonly flag: boolean;
  readonly values: ArrayLike<number>;
  readonly floats: ArrayLike<number>;
  readonly numbers: ArrayLike<number | null>;
}

/** With `?`: null in some rows. */
export type RowKind = keyof ColumnValues | `${keyof ColumnValues}?`;

/** The columns of rows by name, in their order. */
export type RowColumns = Readonly<Record<string, RowKind>>;

/** A row with these columns. */
export type RowOf<C extends RowColumns> = {
  readonly [name in keyof C]: C[name] extends keyof ColumnValues
    ? ColumnValues[C[name]]
    : C[name] extends `${infer K extends keyof ColumnValues}?`
      ? ColumnValues[K] | null
      : never;
};

/** Rows of results, and what is said of them all. */
export interface Rows<Row, Notes> {
  readonly rows: readonly Row[];
  readonly notes: Notes;
}
