import { describe, expect, it } from 'vitest';
import { InputError } from '@unitscope/base';
import { fixture, readRows, rejection } from './fixture.js';

describe('bad activation files', () => {
  it.each([
    ['bad-stream', 'OTHER_FORMAT', 'found an Arrow IPC stream: write it with pyarrow.ipc.new_file'],
    ['bad-nested', 'COLUMN_TYPE', 'pa.FixedSizeListArray.from_arrays(flat, len(flat) // table.num_rows)'],
    ['bad-float64', 'COLUMN_TYPE', 'type fixed_size_list<float64>[16], expected fixed_size_list<float32'],
    ['bad-nested', 'COLUMN_TYPE', 'pa.FixedSizeListArray.from_arrays(flat, len(flat) // table.num_rows)'],
    ['bad-float64', 'COLUMN_TYPE', 'pc.list_flatten(table'],
    ['bad-variable-list', 'COLUMN_TYPE', 'type list<float32>, expected fixed_size_list<float32'],
    ['bad-image-view', 'COLUMN_TYPE', 'type string_view, expected an integer type, utf8'],
    ['bad-image-float', 'COLUMN_TYPE', "column 'image' has type float64"],
    ['bad-unit-text', 'COLUMN_TYPE', "column 'unit' has type utf8, expected any integer type"],
    [
      'bad-no-map',
      'COLUMN_MISSING',
      "no column 'map' (fixed_size_list<float32>[height × width]); found unit, image",
    ],
    ['bad-no-schema-key', 'SCHEMA_METADATA', 'unitscope.schema = activations/1, found none'],
    ['bad-no-height', 'SCHEMA_METADATA', 'lacks unitscope.height'],
    ['bad-height-text', 'SCHEMA_METADATA', 'unitscope.height is "four", expected a whole number'],
    [
      'bad-not-square',
      'MAP_SHAPE',
      'expected square maps, found unitscope.height = 2 and unitscope.width = 8',
    ],
    [
      'bad-list-size',
      'MAP_SHAPE',
      'lists of 16 values, expected unitscope.height × unitscope.width = 5 × 5 = 25',
    ],
    ['bad-null-map', 'NULL_VALUE', 'record batch 1, row 2: the map is null'],
    ['bad-null-value', 'NULL_VALUE', 'record batch 0, row 3: value 2 of the map is null'],
    ['bad-null-unit', 'NULL_VALUE', 'record batch 0, row 3: the unit is null'],
    ['bad-null-image', 'NULL_VALUE', 'record batch 0, row 4: the image is null'],
    ['bad-negative-unit', 'UNIT_RANGE', 'record batch 0, row 0: unit -1, expected a channel index'],
    ['bad-large-unit', 'UNIT_RANGE', 'record batch 0, row 8: unit 4294967296'],
    ['bad-duplicate', 'DUPLICATE_MAP', 'record batch 1, row 4: a second map of unit 0 and image "img-1"'],
  ])('%s.arrow is refused with %s, naming the file and: %s', async (name, code, what) => {
    const error = await rejection(readRows(name));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(`${name}.arrow: `);
    expect((error as Error).message).toContain(what);
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'FILE_EMPTY'],
    ['a text file', new TextEncoder().encode('unit,image\n1,2\n'), 'NOT_ARROW'],
    ['random bytes', Uint8Array.from({ length: 400 }, (_, i) => (i * 167) & 255), 'NOT_ARROW'],
    ['Parquet', new TextEncoder().encode('PAR1 and the rest PAR1'), 'OTHER_FORMAT'],
    ['the magic alone', new TextEncoder().encode('ARROW1'), 'ARROW_DAMAGED'],
    ['a cut file', fixture('plain').subarray(0, 2000), 'ARROW_DAMAGED'],
  ])('%s is refused', async (_, bytes, code) => {
    expect(await rejection(readRows('given', bytes))).toMatchObject({ code });
  });

  it('refuses a compressed batch above the limit and says the way out', async () => {
    const limit = { maxCompressedBatchBytes: 2 ** 20 };
    const error = await rejection(readRows('large-when-decompressed', undefined, limit));
    expect(error).toMatchObject({ code: 'BATCH_TOO_LARGE' });
    expect((error as Error).message).toContain("compression='uncompressed'");
    const [row] = await readRows('large-when-decompressed');
    expect(row?.map.length).toBe(2 ** 20);
  });

  it('names a dictionary value that is not there', async () => {
    const bytes = fixture('image-dictionary');
    // The indices 0 1 2 3 0 1 2 3 0 1 2 3 as int32.
    const indices = Uint8Array.from({ length: 48 }, (_, i) => (i % 4 === 0 ? (i / 4) % 4 : 0));
    const at = Buffer.from(bytes).indexOf(indices);
    bytes[at + 4] = 9;
    const error = await rejection(readRows('image-dictionary', bytes));
    expect(error).toMatchObject({ code: 'ARROW_DAMAGED' });
    expect((error as Error).message).toContain('row 1: image 9 of a dictionary of 4');
  });
});
