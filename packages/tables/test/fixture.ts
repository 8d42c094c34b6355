import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openActivations, type OpenActivationsOptions } from '../src/activations/activations-file.js';
import { memorySource } from '../src/byte-source.js';

/** The bytes of a file that fixtures/make.py wrote. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`fixtures/${name}.arrow`, import.meta.url))));
}

export interface ReadRow {
  unit: number;
  image: string;
  map: number[];
}

/** Every row of an activations/1 file. */
export async function readRows(
  name: string,
  bytes = fixture(name),
  options: OpenActivationsOptions & { maxFloats?: number } = {},
): Promise<ReadRow[]> {
  const file = await openActivations(memorySource(`${name}.arrow`, bytes), options);
  const rows: ReadRow[] = [];
  const { maxFloats } = options;
  for await (const block of file.blocks(maxFloats === undefined ? {} : { maxFloats })) {
    const floats = file.size ** 2;
    for (let i = 0; i < block.count; i++) {
      rows.push({
        unit: block.units[i]!,
        image: file.labels.label(block.images[i]!),
        map: Array.from(block.maps.subarray(i * floats, (i + 1) * floats)),
      });
    }
  }
  return rows;
}

/** The rows of every good fixture, as fixtures/make.py states them. */
export function expectedRows(image: (i: number) => string = (i) => `img-${i}`, firstUnit = 0): ReadRow[] {
  return Array.from({ length: 12 }, (_, row) => {
    const [unit, i] = [Math.floor(row / 4), row % 4];
    const map = Array.from({ length: 16 }, (_, k) => unit + i / 16 + k / 256);
    return { unit: unit + firstUnit, image: image(i), map };
  });
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('nothing was rejected');
    },
    (error: unknown) => error,
  );
}
