import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileSource, openActivations } from '@unitscope/tables';
import { python } from './python.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-interop-'));
  await python('write_activations.py', folder);
});

afterAll(() => rm(folder, { recursive: true }));

it('reads every kind of activation file that pyarrow writes, row for row and bit for bit', async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.arrow'));
  expect(files.length).toBeGreaterThan(55);
  for (const file of files) {
    const name = file.slice(0, -'.arrow'.length);
    const { maps, ...labels } = await read(file);
    expect(labels, name).toEqual(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')));
    expect(Buffer.compare(maps, await readFile(join(folder, `${name}.f32`))), name).toBe(0);
  }
});

async function read(name: string): Promise<{ units: number[]; images: string[]; maps: Uint8Array }> {
  const source = await FileSource.open(join(folder, name));
  const file = await openActivations(source);
  const units: number[] = [];
  const images: string[] = [];
  const maps: Uint8Array[] = [];
  for await (const block of file.blocks({ maxFloats: 49 * 50 })) {
    units.push(...block.units);
    images.push(...Array.from(block.images, (code) => file.labels.label(code)));
    maps.push(new Uint8Array(block.maps.buffer, block.maps.byteOffset, block.maps.byteLength).slice());
  }
  await source.close();
  return { units, images, maps: Buffer.concat(maps) };
}
