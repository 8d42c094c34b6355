import { writeFile } from 'node:fs/promises';
import { ActivationsWriter, MemorySink, type ActivationsWriterOptions } from '@unitscope/tables';

/** Feature maps of `units` units over `images` images, back to back: [image][unit][N·N]. */
export interface Maps {
  readonly units: number;
  readonly images: number;
  readonly size: number;
  readonly values: Float32Array;
}

/** Maps like those behind a ReLU: noise of which the negative half is zero. The same seed gives the same maps. */
export function reluNoise(seed: number, { units = 3, images = 8, size = 14 } = {}): Maps {
  const values = new Float32Array(units * images * size * size);
  let state = seed * 2 + 1;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[i] = Math.max(0, state / 2 ** 31 - 1);
  }
  return { units, images, size, values };
}

/** One map of `maps`. */
export function mapOf({ units, size, values }: Maps, unit: number, image: number): Float32Array {
  const at = (image * units + unit) * size * size;
  return values.subarray(at, at + size * size);
}

/** Writes an activations/1 file by this repository's own writer; images are called img0, img1, … */
export async function writeActivations(
  path: string,
  maps: Maps,
  labels: Omit<ActivationsWriterOptions, 'size' | 'images'> & { firstImage?: number } = {},
): Promise<string> {
  const { firstImage = 0, ...options } = labels;
  const sink = new MemorySink();
  const images = Array.from({ length: maps.images }, (_, i) => `img${firstImage + i}`);
  const writer = await ActivationsWriter.begin(sink, { size: maps.size, images, ...options });
  const rows = maps.units * maps.images;
  await writer.write(
    Uint32Array.from({ length: rows }, (_, row) => row % maps.units),
    Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / maps.units)),
    maps.values,
  );
  await writer.close();
  await writeFile(path, sink.bytes());
  return path;
}
