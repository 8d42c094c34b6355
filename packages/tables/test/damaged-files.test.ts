import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '@unitscope/base';
import { ActivationsWriter } from '../src/activations/activations-writer.js';
import { MemorySink } from '../src/byte-sink.js';
import { memorySource } from '../src/byte-source.js';
import { textColumn } from '../src/schemas/column.js';
import { unitBirthsSchema } from '../src/schemas/tables.js';
import { decodeTable } from '../src/table/table-file.js';
import { encodeTable } from '../src/table/table-writer.js';
import { fixture, readRows } from './fixture.js';

/** Reads every truncation and every `step`th single-bit flip; what is neither read nor refused is listed. */
async function survivors(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Promise<unknown>,
  step = 1,
): Promise<string[]> {
  const bad: string[] = [];
  const attempt = async (what: string, given: Uint8Array): Promise<void> => {
    try {
      await read(given);
    } catch (error) {
      if (!(error instanceof InputError)) bad.push(`${what}: ${String(error)}`);
    }
  };
  for (let length = 0; length < bytes.length; length += step)
    await attempt(`cut at ${length}`, bytes.subarray(0, length));
  const flipped = bytes.slice();
  for (let bit = 0; bit < bytes.length * 8; bit += step) {
    flipped[bit >>> 3]! ^= 1 << (bit & 7);
    await attempt(`bit ${bit}`, flipped);
    flipped[bit >>> 3]! ^= 1 << (bit & 7);
  }
  return bad;
}

const minute = 60_000;

describe('every truncation and every flipped bit is read or refused, and ends', () => {
  it.each([
    ['image-dictionary', 1],
    ['lz4', 3],
    ['zstd', 3],
    ['float16', 5],
  ])(
    'of %s.arrow (every bit, or every %dth)',
    async (name, step) => {
      expect(await survivors(fixture(name), (bytes) => readRows(name, bytes), step)).toEqual([]);
    },
    minute,
  );

  it(
    'of a births object',
    async () => {
      const births = { values: Uint32Array.of(4, 0), valid: Uint8Array.of(1, 0) };
      const columns = { unit: Uint32Array.of(0, 1), image: textColumn(['a', 'é']), birth_rank: births };
      const bytes = await encodeTable(unitBirthsSchema, columns);
      const read = (given: Uint8Array) => decodeTable(memorySource('births.arrow', given), unitBirthsSchema);
      expect(await survivors(bytes, read)).toEqual([]);
    },
    minute,
  );
});

describe.each([null, 'lz4', 'zstd'] as const)('files with checksums, compression %s', (compression) => {
  const maps = Float32Array.from({ length: 6 * 16 }, (_, i) => i);
  let bytes: Uint8Array;

  beforeAll(async () => {
    const sink = new MemorySink();
    const writer = await ActivationsWriter.begin(sink, {
      size: 4,
      images: ['a', 'b'],
      rowsPerBatch: 4,
      compression,
    });
    await writer.write(Uint32Array.of(0, 0, 1, 1, 2, 2), Uint32Array.of(0, 1, 0, 1, 0, 1), maps);
    await writer.close();
    bytes = sink.bytes();
  });

  it('are read', async () => {
    expect((await readRows('ours', bytes)).flatMap((row) => row.map)).toEqual(Array.from(maps));
  });

  it('never give another row when a bit before the footer has changed', async () => {
    const flipped = bytes.slice();
    const footer = bytes.length - 10 - new DataView(bytes.buffer).getInt32(bytes.length - 10, true);
    const given = await readRows('ours', bytes);
    const wrong: string[] = [];
    for (let bit = 0; bit < footer * 8; bit += 3) {
      flipped[bit >>> 3]! ^= 1 << (bit & 7);
      const rows = await readRows('ours', flipped).catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
        return null;
      });
      if (rows !== null && JSON.stringify(rows) !== JSON.stringify(given))
        wrong.push(`bit ${bit}: ${rows.length}`);
      flipped[bit >>> 3]! ^= 1 << (bit & 7);
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('name the batch whose bytes have changed', async () => {
    const damaged = bytes.slice();
    // The last floats of the second batch, or what they are compressed to, stand before the mark of the end.
    const mark = Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]);
    const at = Buffer.from(bytes).lastIndexOf(mark) - 16;
    damaged[at]! ^= 1;
    await expect(readRows('ours', damaged)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    await expect(readRows('ours', damaged)).rejects.toThrow(
      'ours.arrow: record batch 1: expected the CRC-32',
    );
    const unchecked = readRows('ours', damaged, { verify: false });
    if (compression === null) expect(await unchecked).toHaveLength(6);
    else await unchecked.catch((error: unknown) => expect(error).toBeInstanceOf(InputError));
  });
});
