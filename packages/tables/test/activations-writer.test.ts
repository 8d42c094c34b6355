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

async function written(step: number): Promise<Uint8Array> {
  const sink = new MemorySink();
  const writer = await ActivationsWriter.begin(sink, options);
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
