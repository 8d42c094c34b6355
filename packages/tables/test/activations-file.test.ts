import { describe, expect, it } from 'vitest';
import { openActivations } from '../src/activations/activations-file.js';
import { ActivationsWriter } from '../src/activations/activations-writer.js';
import { ImageLabels } from '../src/activations/image-labels.js';
import { SeenMaps } from '../src/activations/seen-maps.js';
import { MemorySink } from '../src/byte-sink.js';
import { memorySource, type ByteSource } from '../src/byte-source.js';
import { DuplicateMapError } from '../src/errors.js';
import { expectedRows, fixture, readRows, rejection } from './fixture.js';

describe('reading what pyarrow writes', () => {
  it.each([
    'plain',
    'lz4',
    'zstd',
    'batches-of-5',
    'batches-of-5-lz4',
    'float16',
    'image-large-utf8',
    'image-dictionary',
    'image-dictionary-int8-zstd',
    'image-dictionary-delta',
    'unit-int8',
    'legacy-v4',
    'slice',
    'other-columns',
    'only-needed-metadata',
  ])('reads every row of %s.arrow', async (name) => {
    expect(await readRows(name)).toEqual(expectedRows());
  });

  it('gives images that are numbers as their decimal text', async () => {
    expect(await readRows('image-uint8')).toEqual(expectedRows(String));
    expect(await readRows('image-int64')).toEqual(expectedRows((i) => String(i * 10 ** 12 - 1)));
  });

  it('reads units up to 2³² − 1', async () => {
    expect(await readRows('unit-uint64')).toEqual(expectedRows(undefined, 2 ** 32 - 3));
  });

  it('reads a file without rows', async () => {
    const file = await openActivations(memorySource('no-rows.arrow', fixture('no-rows')));
    expect(await file.countRows()).toBe(0);
    expect(await readRows('no-rows')).toEqual([]);
  });

  it.each([1, 16, 48, 80, 1000])('gives the same rows in blocks of at most %d floats', async (maxFloats) => {
    expect(await readRows('batches-of-5', undefined, { maxFloats })).toEqual(expectedRows());
    expect(await readRows('zstd', undefined, { maxFloats })).toEqual(expectedRows());
  });
});

describe('the header', () => {
  it('tells the labels, the map size and the rows', async () => {
    const file = await openActivations(memorySource('batches-of-5.arrow', fixture('batches-of-5')));
    expect(file).toMatchObject({
      checkpoint: 'epoch-3',
      layer: 'conv1/relu',
      layerIndex: 2,
      category: 'seven',
      size: 4,
      batches: 3,
    });
    expect(await file.countRows()).toBe(12);
  });

  it('has null for what the file does not say', async () => {
    const file = await openActivations(memorySource('a.arrow', fixture('only-needed-metadata')));
    expect(file).toMatchObject({ checkpoint: null, layer: null, layerIndex: null, category: null });
  });
});

describe('blocks', () => {
  it("reads float32 maps with one read, into the caller's memory and nowhere else", async () => {
    const maps = Float32Array.from({ length: 200 * 1024 }, (_, i) => i);
    const sink = new MemorySink();
    const writer = await ActivationsWriter.begin(sink, { size: 32, images: ['only'] });
    const units = Uint32Array.from({ length: 200 }, (_, i) => i);
    await writer.write(units, new Uint32Array(200), maps);
    await writer.close();
    const whole = memorySource('ours.arrow', sink.bytes());
    const memory = new ArrayBuffer(2 ** 20);
    let [direct, elsewhere] = [0, 0];
    const source: ByteSource = {
      ...whole,
      readInto(target, position) {
        if (target.buffer === memory) direct++;
        else elsewhere = Math.max(elsewhere, target.byteLength);
        return whole.readInto(target, position);
      },
    };
    const file = await openActivations(source);
    for await (const block of file.blocks({ into: (floats) => new Float32Array(memory, 1024, floats) })) {
      expect(block.maps).toEqual(maps);
    }
    expect(direct).toBe(1);
    expect(elsewhere).toBeLessThan(maps.byteLength / 2);
  });

  it('fills no more of the given array than it holds', async () => {
    const file = await openActivations(memorySource('plain.arrow', fixture('plain')));
    const counts: number[] = [];
    for await (const { count } of file.blocks({ into: new Float32Array(5 * 16 + 3) })) counts.push(count);
    expect(counts).toEqual([5, 5, 2]);
  });

  it('refuses an array that holds not even one map', async () => {
    const file = await openActivations(memorySource('plain.arrow', fixture('plain')));
    await expect(file.blocks({ into: new Float32Array(15) }).next()).rejects.toThrow(RangeError);
  });

  it('numbers rows through the file', async () => {
    const file = await openActivations(memorySource('slice.arrow', fixture('slice')));
    const first: number[] = [];
    for await (const { firstRow } of file.blocks({ maxFloats: 64 })) first.push(firstRow);
    expect(first).toEqual([0, 4, 7, 11]);
  });
});

describe('several files of one layer', () => {
  it('share image codes', async () => {
    const images = new ImageLabels();
    await readRows('plain', undefined, { images });
    await readRows('image-dictionary', undefined, { images });
    await readRows('image-uint8', undefined, { images });
    expect(images.list()).toEqual(['img-0', 'img-1', 'img-2', 'img-3', '0', '1', '2', '3']);
  });

  it('may not hold the same unit and image twice among them', async () => {
    const shared = { images: new ImageLabels(), seen: new SeenMaps() };
    await readRows('plain', undefined, shared);
    const error = await rejection(readRows('image-dictionary', undefined, shared));
    expect(error).toBeInstanceOf(DuplicateMapError);
    expect((error as Error).message).toContain(
      'image-dictionary.arrow: record batch 0, row 0: a second map of unit 0 and image "img-0"',
    );
  });
});
