import { createHash } from 'node:crypto';
import { DataType, tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { MemorySink } from '../src/byte-sink.js';
import { memorySource } from '../src/byte-source.js';
import {
  nullableTextColumn,
  numberArray,
  sameText,
  textColumn,
  type AnyColumn,
  type Columns,
  type ColumnSpec,
  type ColumnSpecs,
  type TableSchema,
} from '../src/schemas/column.js';
import {
  birthsSchema,
  checkpointsSchema,
  failuresSchema,
  layersSchema,
  unitBirthsSchema,
  unitHistogramsSchema,
  unitsSchema,
} from '../src/schemas/tables.js';
import { decodeTable, openCheckpoints, TableFile } from '../src/table/table-file.js';
import { encodeTable, ROWS_PER_BATCH, TableWriter } from '../src/table/table-writer.js';
import { rejection } from './fixture.js';

const checkpoints = checkpointsSchema({ loss: 'float64', frozen: 'bool', note: 'utf8' });

const tables: TableSchema[] = [
  birthsSchema,
  unitsSchema,
  layersSchema,
  failuresSchema,
  unitHistogramsSchema,
  unitBirthsSchema,
  checkpoints,
];

/** Values of every kind, with nulls and texts that sort differently by UTF-16 and UTF-8. */
function sample<C extends ColumnSpecs>({ columns }: TableSchema<C>, rows: number): Columns<C> {
  const texts = ['layer/2', '\u{1F600}', '\uFFEE', 'a', ''];
  const make = ({ kind, nullable }: ColumnSpec, salt: number): AnyColumn => {
    const valid = Uint8Array.from({ length: rows }, (_, i) => ((i + salt) % 3 === 0 ? 0 : 1));
    const text = Array.from(valid, (there, i) => (nullable && there === 0 ? null : texts[(i * salt) % 5]!));
    if (kind === 'utf8' || kind === 'label') {
      return nullable ? nullableTextColumn(text) : textColumn(text.map((label) => label ?? ''));
    }
    if (kind === 'histogram') {
      const offsets = Uint32Array.from({ length: rows + 1 }, (_, i) => Math.floor(i / 2) * 2);
      const entries = Uint32Array.from({ length: offsets[rows]! }, (_, i) => i + 1);
      return { offsets, birth_rank: entries, images: entries.map((rank) => rank * 2) };
    }
    const values = numberArray(kind, rows);
    const scale = kind === 'float64' ? 0.1 : kind === 'count' ? 2 ** 40 : 1;
    for (let i = 0; i < rows; i++) values[i] = kind === 'bool' ? i % 2 : (i + salt) * scale;
    if (!nullable) return values;
    for (let i = 0; i < rows; i++) values[i]! *= valid[i]!;
    return { values, valid };
  };
  const made = Object.entries(columns).map(([name, spec], i) => [name, make(spec, i + 1)]);
  return Object.fromEntries(made) as Columns<C>;
}

/** What a row-by-row reader sees. */
function rowsOf(columns: Readonly<Record<string, AnyColumn>>, rows: number): Record<string, unknown>[] {
  const value = (column: AnyColumn, row: number): unknown => {
    if ('valid' in column) return column.valid[row] === 0 ? null : value(column.values, row);
    if ('codes' in column) return column.labels[column.codes[row]!];
    if (!('offsets' in column)) return column[row];
    const [from, to] = [column.offsets[row]!, column.offsets[row + 1]!];
    return Array.from({ length: to - from }, (_, i) => [
      column.birth_rank[from + i],
      column.images[from + i],
    ]);
  };
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, value(column, row)])),
  );
}

describe.each(tables.map((schema) => [schema.name, schema] as const))('%s', (name, schema) => {
  it('is read as it was written', async () => {
    const columns = sample(schema, 11);
    const bytes = await encodeTable(schema, columns);
    const read = await decodeTable(memorySource('table.arrow', bytes), schema);
    expect(rowsOf(read, 11)).toEqual(rowsOf(columns, 11));
  });

  it('may be empty', async () => {
    const bytes = await encodeTable(schema, sample(schema, 0));
    expect(rowsOf(await decodeTable(memorySource('table.arrow', bytes), schema), 0)).toEqual([]);
  });

  it('is read by apache-arrow', async () => {
    const columns = sample(schema, 11);
    const table = tableFromIPC(
      await encodeTable(schema, columns, { metadata: { 'unitscope.backend': 'wasm' } }),
    );
    expect(table.schema.metadata.get('unitscope.schema')).toBe(name);
    expect(table.schema.metadata.get('unitscope.backend')).toBe('wasm');
    const expected = rowsOf(columns, 11);
    for (const column of Object.keys(schema.columns)) {
      const vector = table.getChild(column);
      const found = Array.from({ length: 11 }, (_, row) => plain(vector?.get(row)));
      expect(found).toEqual(expected.map((row) => row[column]));
    }
  });

  it('has the same bytes however its rows arrive, labels are numbered and nulls are filled', async () => {
    const columns = sample(schema, 9);
    const whole = await encodeTable(schema, columns, { metadata: { b: '2', a: '1' } });
    const sink = new MemorySink();
    const labels = Object.fromEntries(
      Object.entries(columns as Record<string, AnyColumn>).flatMap(([column, data]) => {
        const texts = rowsOf({ x: data }, 9).map((row) => row['x']);
        return schema.columns[column]?.kind === 'label'
          ? [[column, texts.filter((text) => text !== null)]]
          : [];
      }),
    ) as Record<string, string[]>;
    const writer = await TableWriter.begin(schema, sink, { metadata: { a: '1', b: '2' }, labels });
    const other = disguise(columns);
    await writer.write(slice(other, 0, 4));
    await writer.write(slice(other, 4, 4));
    await writer.write(slice(other, 4, 9));
    await writer.close();
    expect(Buffer.compare(sink.bytes(), whole)).toBe(0);
  });
});

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.from(value as Iterable<Record<string, number>>, (item) => [
    item['birth_rank'],
    item['images'],
  ]);
}

function mapColumn(column: AnyColumn, change: (column: AnyColumn) => AnyColumn): AnyColumn {
  return 'valid' in column
    ? { values: change(column.values) as never, valid: change(column.valid) as Uint8Array }
    : change(column);
}

/** The same rows with labels numbered the other way round. */
function disguise(columns: object): Readonly<Record<string, AnyColumn>> {
  const change = (column: AnyColumn): AnyColumn => {
    if (!('codes' in column)) return column;
    const last = column.labels.length - 1;
    return { codes: column.codes.map((code) => last - code), labels: column.labels.toReversed() };
  };
  const entries = Object.entries(columns as Record<string, AnyColumn>);
  return Object.fromEntries(
    entries.map(([name, column]) => {
      if (!('valid' in column) || !(column.values instanceof Float64Array))
        return [name, mapColumn(column, change)];
      const { values, valid } = column;
      return [name, { valid, values: values.map((value, i) => (valid[i] === 0 ? NaN : value)) }];
    }),
  );
}

function slice<C extends ColumnSpecs>(columns: object, from: number, to: number): Columns<C> {
  const cut = (column: AnyColumn): AnyColumn => {
    if ('valid' in column) throw new Error('mapColumn takes these');
    if ('codes' in column) return { ...column, codes: column.codes.slice(from, to) };
    if ('offsets' in column) return { ...column, offsets: column.offsets.slice(from, to + 1) };
    return column.slice(from, to);
  };
  const entries = Object.entries(columns as Record<string, AnyColumn>);
  return Object.fromEntries(entries.map(([name, column]) => [name, mapColumn(column, cut)])) as Columns<C>;
}

describe('large tables', () => {
  it('have record batches of a fixed number of rows, which can be read one by one', async () => {
    const rows = 2 * ROWS_PER_BATCH + 7;
    const columns = {
      unit: Uint32Array.from({ length: rows }, (_, i) => i),
      image: { codes: new Uint32Array(rows), labels: ['only'] },
      birth_rank: { values: new Uint32Array(rows), valid: new Uint8Array(rows) },
    };
    const bytes = await encodeTable(unitBirthsSchema, columns);
    const file = await TableFile.open(memorySource('births.arrow', bytes), unitBirthsSchema);
    const lengths: number[] = [];
    for await (const batch of file.batches()) lengths.push(batch.unit.length);
    expect(lengths).toEqual([ROWS_PER_BATCH, ROWS_PER_BATCH, 7]);
    expect((await file.readAll()).unit).toEqual(columns.unit);
  });
});

describe('label columns', () => {
  it('are dictionaries sorted by UTF-8, with ids from 0 in the order of the columns', async () => {
    const columns = sample(failuresSchema, 30);
    const table = tableFromIPC(await encodeTable(failuresSchema, columns));
    const dictionary = table.getChild('layer')!.data[0]!.dictionary!;
    const labels = dictionary.toArray() as unknown as string[];
    expect(Array.from(labels)).toEqual(['', 'a', 'layer/2', '\uFFEE', '\u{1F600}']);
    const ids = table.schema.fields.flatMap(({ type }) => (DataType.isDictionary(type) ? [type.id] : []));
    expect(ids).toEqual([0, 1, 2]);
  });

  it('refuse a label that was not announced', async () => {
    const sink = new MemorySink();
    const labels = { checkpoint: ['a'], layer: ['b'], category: ['c'] };
    const writer = await TableWriter.begin(failuresSchema, sink, { labels });
    const row = {
      checkpoint: sameText('a', 1),
      layer: sameText('other', 1),
      category: sameText(null, 1),
      task: textColumn(['measure']),
      attempts: Uint32Array.of(3),
      code: textColumn(['X']),
      message: textColumn(['m']),
    };
    await expect(writer.write(row)).rejects.toThrow('label "other" is not in the table\'s dictionary');
  });
});

describe('opening a table', () => {
  it('finds the meta columns of checkpoints/1 in the file', async () => {
    const columns = sample(checkpoints, 5);
    const file = await openCheckpoints(memorySource('c.arrow', await encodeTable(checkpoints, columns)));
    expect(Object.keys(file.schema.columns).slice(7)).toEqual(['meta_frozen', 'meta_loss', 'meta_note']);
    expect(rowsOf(await file.readAll(), 5)).toEqual(rowsOf(columns, 5));
  });

  it('refuses another table by the name in its metadata', async () => {
    const source = memorySource('t.arrow', await encodeTable(unitsSchema, sample(unitsSchema, 1)));
    const error = await rejection(decodeTable(source, birthsSchema));
    expect(error).toMatchObject({ code: 'SCHEMA_METADATA' });
    expect((error as Error).message).toContain(
      'expected the schema metadata unitscope.schema = births/1, found "units/1"',
    );
  });

  it('refuses a missing column and a column of another type', async () => {
    const { unit, image } = unitBirthsSchema.columns;
    const births = { name: 'unit-births/1', columns: { unit, image } } as const;
    const some = await encodeTable(births, sample(births, 2));
    expect(await rejection(decodeTable(memorySource('t', some), unitBirthsSchema))).toMatchObject({
      code: 'COLUMN_MISSING',
    });
    const wrong = { name: 'unit-births/1', columns: { ...unitBirthsSchema.columns, unit: image } } as const;
    const other = await encodeTable(wrong, sample(wrong, 2));
    const error = await rejection(decodeTable(memorySource('t', other), unitBirthsSchema));
    expect(error).toMatchObject({ code: 'COLUMN_TYPE' });
    expect((error as Error).message).toContain("column 'unit' has type utf8, expected uint32");
  });

  it('reads the columns that earlier versions did not write as null', async () => {
    const { checkpoint, unit } = unitsSchema.columns;
    const earlier = { name: 'units/1', columns: { checkpoint, unit } } as const;
    const { entropy_paper: entropy, class_selectivity: selectivity } = unitsSchema.columns;
    const today = { name: 'units/1', columns: { unit, entropy, selectivity } } as const;
    const file = await encodeTable(earlier, sample(earlier, 3));
    const found = await decodeTable(memorySource('u', file), today);
    for (const column of [found.entropy, found.selectivity])
      expect(column).toEqual({ values: new Float64Array(3), valid: new Uint8Array(3) });
  });

  it('refuses columns of different lengths', async () => {
    const columns = { ...sample(unitBirthsSchema, 3), unit: new Uint32Array(2) };
    await expect(encodeTable(unitBirthsSchema, columns)).rejects.toThrow(
      "column 'image' has 3 rows, others 2",
    );
  });
});

describe('builders that grow', () => {
  /** One digest over the files of every table with so many rows. */
  async function digestOf(rows: number): Promise<string> {
    const hash = createHash('sha256');
    for (const { name, columns } of tables) {
      const recorded: Record<string, ColumnSpec> = Object.fromEntries(
        Object.entries(columns).filter(([column]) => column !== 'sensitive_pairs' && column !== 'ranking'),
      );
      const schema = { name, columns: recorded };
      hash.update(await encodeTable(schema, sample(schema, rows)));
    }
    return hash.digest('hex');
  }

  it.each([
    [1, '36c0f9d6a180aa3d9e68c03d73a2caad5f8d29ca2d3295d833771af1bda1bee9'],
    [63, 'd25d405d4ae80264eacb41944d2ad7c67480e0e8f6601f57e9be204985172897'],
    [65, 'bd0e9af3043131594443e885810d925234d9301049505a6faacfea8cf9887f61'],
    [1000, 'd59dee22126c994e21feb887fedf941f8eb1c435e5c2d29c4e452334ad484a74'],
    [ROWS_PER_BATCH + 7, 'aed5111cc6fe36bf0e4e40d46c994e5b7b7bb92543c6692660dcc1a1903c956c'],
  ])('write the bytes that were recorded before they grew: %i rows', async (rows, recorded) => {
    expect(await digestOf(rows)).toBe(recorded);
  });

  it.each([1, 7, 64, 900])('write the same bytes for rows that come %i at a time', async (step) => {
    const rows = 2000;
    const whole = sample(unitBirthsSchema, rows);
    const sink = new MemorySink();
    const writer = await TableWriter.begin(unitBirthsSchema, sink);
    for (let at = 0; at < rows; at += step) {
      const part = Object.fromEntries(
        Object.entries(whole).map(([name, column]) => [
          name,
          partOf(column as AnyColumn, at, Math.min(rows, at + step)),
        ]),
      );
      await writer.write(part as unknown as typeof whole);
    }
    await writer.close();
    expect(sink.bytes()).toEqual(await encodeTable(unitBirthsSchema, whole));
  });

  function partOf(column: AnyColumn, from: number, to: number): AnyColumn {
    if ('valid' in column)
      return { values: partOf(column.values, from, to), valid: column.valid.slice(from, to) } as AnyColumn;
    if ('codes' in column) return { codes: column.codes.slice(from, to), labels: column.labels };
    return (column as Float64Array).slice(from, to);
  }
});
