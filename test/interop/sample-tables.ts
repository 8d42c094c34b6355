import {
  birthsSchema,
  checkpointsSchema,
  failuresSchema,
  layersSchema,
  nullableTextColumn,
  objectsSchema,
  textColumn,
  unitBirthsSchema,
  unitHistogramsSchema,
  unitsSchema,
  type Columns,
  type ColumnSpecs,
  type TableSchema,
} from '@unitscope/tables';

type Row = Record<string, unknown>;
type Cell = number | boolean | string | null | { birth_rank: number; images: number }[];

export const schemas: TableSchema[] = [
  birthsSchema,
  unitsSchema,
  layersSchema,
  failuresSchema,
  objectsSchema,
  unitHistogramsSchema,
  unitBirthsSchema,
  checkpointsSchema({ loss: 'float64', frozen: 'bool', note: 'utf8' }),
];

/** Rows with every kind of value, nulls where the table has them. */
export function sampleRows(schema: TableSchema, count: number): Row[] {
  const texts = ['conv/ä', '第二', '', 'relu', '\u{1F600}'];
  const cells: Record<string, (seed: number) => Cell> = {
    uint32: (seed) => (seed * 2_654_435_761) % 2 ** 32,
    int32: (seed) => (seed % 2 === 0 ? -seed : 2 ** 31 - 1 - seed),
    float64: (seed) => Math.sin(seed) * 10 ** (seed % 20),
    count: (seed) => (seed * 2 ** 40) % 2 ** 53,
    bool: (seed) => seed % 2 === 0,
    utf8: (seed) => `${texts[seed % 5] ?? ''}${seed}`,
    label: (seed) => texts[seed % 5] ?? '',
    histogram: (seed) =>
      Array.from({ length: seed % 4 }, (_, i) => ({ birth_rank: 3 * i + 1, images: seed + i })),
  };
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      Object.entries(schema.columns).map(([name, { kind, nullable }], column) => {
        const seed = row * 31 + column;
        return [name, nullable && seed % 3 === 0 ? null : (cells[kind]?.(seed) ?? null)];
      }),
    ),
  );
}

/** Rows as the columns that the writer takes. */
export function columnsOf<C extends ColumnSpecs>(schema: TableSchema<C>, rows: readonly Row[]): Columns<C> {
  const column = (name: string, kind: string): unknown => {
    const cells = rows.map((row) => row[name] as Cell);
    if (kind === 'utf8' || kind === 'label') return textColumn(cells.map((cell) => (cell ?? '') as string));
    if (kind === 'histogram') {
      const entries = cells.map((cell) => cell as { birth_rank: number; images: number }[]);
      const offsets = new Uint32Array(rows.length + 1);
      entries.forEach((list, i) => (offsets[i + 1] = offsets[i]! + list.length));
      return {
        offsets,
        birth_rank: Uint32Array.from(entries.flat(), (entry) => entry.birth_rank),
        images: Uint32Array.from(entries.flat(), (entry) => entry.images),
      };
    }
    const arrays = { uint32: Uint32Array, int32: Int32Array, bool: Uint8Array } as const;
    const array = kind in arrays ? arrays[kind as keyof typeof arrays] : Float64Array;
    return array.from(cells.map(Number));
  };
  const columns: [string, unknown][] = Object.entries(schema.columns).map(([name, { kind, nullable }]) => {
    if (!nullable) return [name, column(name, kind)];
    const valid = Uint8Array.from(rows, (row) => (row[name] === null ? 0 : 1));
    if (kind === 'utf8' || kind === 'label')
      return [name, nullableTextColumn(rows.map((row) => row[name] as string))];
    return [name, { values: column(name, kind), valid }];
  });
  return Object.fromEntries(columns) as Columns<C>;
}
