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
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.arrow'))
    .map((name) => name.slice(0, -6));
  expect(names.length).toBeGreaterThan(55);
  for (const name of names) {
    const expected: unknown = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
    const maps = await readFile(join(folder, `${name}.f32`));
    expect(await read(name), name).toEqual({ ...(expected as object), differs: await differs(name, maps) });
  }
});

async function open(
  name: string,
): Promise<{ source: FileSource; file: Awaited<ReturnType<typeof openActivations>> }> {
  const source = await FileSource.open(join(folder, `${name}.arrow`));
  return { source, file: await openActivations(source) };
}

async function read(name: string): Promise<{ units: number[]; images: string[]; differs: number }> {
  const { source, file } = await open(name);
  const units: number[] = [];
  const images: string[] = [];
  for await (const block of file.blocks({ maxFloats: 49 * 50 })) {
    units.push(...block.units);
    images.push(...Array.from(block.images, (code) => file.labels.label(code)));
  }
  await source.close();
  return { units, images, differs: 0 };
}

/** How many bytes of the maps are not the expected ones. */
async function differs(name: string, expected: Uint8Array): Promise<number> {
  const { source, file } = await open(name);
  let at = 0;
  let wrong = 0;
  for await (const { maps } of file.blocks()) {
    for (const byte of new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength)) {
      if (byte !== expected[at++]) wrong++;
    }
  }
  await source.close();
  return wrong + Math.abs(expected.length - at);
}
