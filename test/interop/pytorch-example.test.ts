import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FileSource, openActivations } from '@unitscope/tables';
import { python } from './python.ts';

const example = fileURLToPath(new URL('../../examples/pytorch', import.meta.url));

it('reads what the writer of examples/pytorch writes, with its labels and in its order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-interop-'));
  try {
    const path = join(folder, 'not', 'yet', 'there.arrow');
    const printed = await python('write_with_example.py', example, path);
    const source = await FileSource.open(path);
    const file = await openActivations(source);
    expect(file).toMatchObject({
      checkpoint: 'epoch-7',
      layer: 'layer1.0.relu',
      layerIndex: 3,
      category: null,
    });
    const rows: string[] = [];
    const values: string[] = [];
    for await (const block of file.blocks()) {
      block.units.forEach((unit, row) => {
        rows.push(`${file.labels.label(block.images[row]!)} ${unit}`);
        values.push(block.maps[row * 81 + 9 + 2]!.toFixed(4));
      });
    }
    await source.close();
    const images = Array.from({ length: 8 }, (_, image) => `image-${image}`);
    expect(rows).toEqual(images.flatMap((image) => [0, 1, 2, 3, 4].map((unit) => `${image} ${unit}`)));
    expect(values).toEqual(printed.trim().split(' '));
  } finally {
    await rm(folder, { recursive: true });
  }
});
