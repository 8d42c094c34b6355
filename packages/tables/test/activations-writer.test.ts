import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { openActivations } from '../src/activations/activations-file.js';
import { ActivationsWriter, type ActivationsWriterOptions } from '../src/activations/activations-writer.js';
import { MemorySink } from '../src/byte-sink.js';
import { memorySource } from '../src/byte-source.js';
import { readRows } from './fixture.js';

const units = Uint32Array.of(0, 0, 1, 1, 4_294_967_295);
const images = Uint32Array.of(0, 1, 0, 1, 1);
const maps = Float32Array.from({ length: 5 * 9 }, (_, i) => i / 4);
const options: ActivationsWriterOptions = {
  size: 3,
  checkpoint: 'step 8',
  layer: 'conv2',
  layerIndex: 1,
  category: '7',
  images: ['b.png', 'a.png'],
  metadata: { 'unitscope.backend': 'wasm' },
  rowsPerBatch: 2,
};

async function written(step: number, compression: 'lz4' | 'zstd' | null = null): Promise<Uint8Array> {
  const sink = new MemorySink();
  const writer = await ActivationsWriter.begin(sink, { ...options, compression });
  for (let row = 0; row < 5; row += step) {
    const end = Math.min(5, row + step);
    await writer.write(units.subarray(row, end), images.subarray(row, end), maps.subarray(row * 9, end * 9));
  }
  await writer.close();
  return sink.bytes();
}

describe('an activations/1 file of ours', () => {
  it('is read as it was written', async () => {
    const file = await openActivations(memorySource('ours', await written(5)));
    expect(file).toMatchObject({
      size: 3,
      checkpoint: 'step 8',
      layer: 'conv2',
      layerIndex: 1,
      category: '7',
      batches: 3,
    });
    const rows = await readRows('ours', await written(5));
    expect(rows.map((row) => row.unit)).toEqual(Array.from(units));
    expect(rows.map((row) => row.image)).toEqual(['b.png', 'a.png', 'b.png', 'a.png', 'a.png']);
    expect(rows.flatMap((row) => row.map)).toEqual(Array.from(maps));
  });

  it('has the same bytes however its rows arrive', async () => {
    expect(await written(1)).toEqual(await written(5));
    expect(await written(3)).toEqual(await written(5));
  });

  it('is read by apache-arrow', async () => {
    const table = tableFromIPC(await written(5));
    expect(table.schema.metadata.get('unitscope.backend')).toBe('wasm');
    expect(table.schema.toString()).toContain('FixedSizeList[9]<Float32>');
    expect(table.getChild('image')?.toArray()).toEqual(['b.png', 'a.png', 'b.png', 'a.png', 'a.png']);
  });

  it.each(['lz4', 'zstd'] as const)(
    'compressed by %s gives the same rows, and the same bytes',
    async (codec) => {
      const bytes = await written(5, codec);
      expect(await readRows('ours', bytes)).toEqual(await readRows('ours', await written(5)));
      expect(await written(1, codec)).toEqual(bytes);
    },
  );

  it('is smaller when compressed, whatever the batch', async () => {
    const sizes: Record<string, number> = {};
    for (const compression of [null, 'lz4', 'zstd'] as const) {
      const sink = new MemorySink();
      const writer = await ActivationsWriter.begin(sink, {
        size: 56,
        images: ['a'],
        rowsPerBatch: 100,
        compression,
      });
      const rows = 300;
      const sparse = Float32Array.from({ length: rows * 56 * 56 }, (_, i) => Math.max(0, Math.sin(i * i)));
      await writer.write(
        Uint32Array.from({ length: rows }, (_, i) => i),
        new Uint32Array(rows),
        sparse,
      );
      await writer.close();
      const file = await openActivations(memorySource('ours', sink.bytes()));
      const found = new Float32Array(sparse.length);
      for await (const block of file.blocks()) found.set(block.maps, block.firstRow * 56 * 56);
      expect(Buffer.compare(Buffer.from(found.buffer), Buffer.from(sparse.buffer))).toBe(0);
      sizes[compression ?? 'none'] = sink.bytes().length;
    }
    expect(sizes['zstd']).toBeLessThan(0.8 * sizes['none']!);
    expect(sizes['lz4']).toBeLessThan(0.8 * sizes['none']!);
  });

  it('refuses an image that has no label, and maps of another size', async () => {
    const writer = await ActivationsWriter.begin(new MemorySink(), options);
    await expect(writer.write(Uint32Array.of(0), Uint32Array.of(2), new Float32Array(9))).rejects.toThrow(
      'image 2 of 2',
    );
    await expect(writer.write(Uint32Array.of(0), Uint32Array.of(0), new Float32Array(8))).rejects.toThrow(
      RangeError,
    );
  });
});
