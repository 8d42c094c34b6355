import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivationsWriter, encodeTable, MemorySink } from '@unitscope/tables';
import { python } from './python.ts';
import { columnsOf, sampleRows, schemas } from './sample-tables.ts';

interface Read {
  types: Record<string, string>;
  metadata: Record<string, string>;
  pyarrow: unknown;
  polars: unknown;
  duckdb: unknown;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-interop-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, bytes: Uint8Array): Promise<Read> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const all = JSON.parse(await python('read_tables.py', path)) as Record<string, Read>;
  return all[path]!;
}

describe.each(schemas.map((schema) => [schema.name, schema] as const))('%s', (name, schema) => {
  const file = `${name.replace('/', '-')}.arrow`;

  it('is read alike by pyarrow, polars and DuckDB', async () => {
    const rows = sampleRows(schema, 300);
    const metadata = { 'unitscope.backend': 'wasm' };
    const found = await read(file, await encodeTable(schema, columnsOf(schema, rows), { metadata }));
    expect(found.metadata).toEqual({ ...metadata, 'unitscope.schema': name });
    expect(found.pyarrow).toEqual(rows);
    expect(found.polars).toEqual(rows);
    expect(found.duckdb).toEqual(rows);
  });

  it('is read when it has no row', async () => {
    const found = await read(file, await encodeTable(schema, columnsOf(schema, [])));
    expect([found.pyarrow, found.polars, found.duckdb]).toEqual([[], [], []]);
  });
});

it('gives units/1 the types of the design', async () => {
  const [, units] = schemas;
  const { types } = await read(
    'types.arrow',
    await encodeTable(units!, columnsOf(units!, sampleRows(units!, 3))),
  );
  const label = 'dictionary<values=string, indices=int32, ordered=0>';
  expect(types).toMatchObject({
    checkpoint: label,
    checkpoint_index: 'int32',
    layer: label,
    layer_index: 'int32',
    category: label,
    unit: 'uint32',
    entropy: 'double',
    sensitive: 'bool',
  });
  expect(types['birth_histogram']).toMatch(
    /^list<item: struct<birth_rank: uint32[^,]*, images: uint32[^>]*>/,
  );
});

it.each([null, 'lz4', 'zstd'] as const)(
  'writes activations/1 that all three read, compression %s',
  async (compression) => {
    const sink = new MemorySink();
    const images = ['b', 'a'];
    const writer = await ActivationsWriter.begin(sink, {
      size: 8,
      images,
      layer: 'conv1',
      rowsPerBatch: 20,
      compression,
    });
    const rows = Array.from({ length: 50 }, (_, row) => ({
      unit: row >> 1,
      image: images[row & 1]!,
      map: Array.from({ length: 64 }, (_, i) => (i % 7 === row % 7 ? (row + i) / 8 : 0)),
    }));
    await writer.write(
      Uint32Array.from(rows, ({ unit }) => unit),
      Uint32Array.from(rows, (_, row) => row & 1),
      Float32Array.from(rows.flatMap(({ map }) => map)),
    );
    await writer.close();
    expect(sink.bytes().length < 50 * 64 * 4).toBe(compression !== null);
    const found = await read(`activations-${compression ?? 'plain'}.arrow`, sink.bytes());
    expect([found.pyarrow, found.polars, found.duckdb]).toEqual([rows, rows, rows]);
    expect(found.metadata['unitscope.layer']).toBe('conv1');
  },
);
