import {
  ImageLabels,
  openActivations,
  SeenMaps,
  type ActivationsFile,
  type ByteSource,
} from '@unitscope/tables';
import type { BirthKernel } from '@unitscope/topology';
import { ActivationFilesError } from '../errors.js';
import { MapMeter } from './map-meter.js';
import { oneAhead } from '@unitscope/base';

/** About 4 MB of maps at a time: large enough to read well, small enough to stay in the processor's cache. */
const BLOCK_FLOATS = 1 << 20;

export interface Measured {
  readonly meter: MapMeter;
  /** N of the maps. */
  readonly size: number;
  /** Labels of the images, by code. */
  readonly images: readonly string[];
}

export interface MeasureOptions {
  /** Stops the work; nothing is written then. */
  readonly signal?: AbortSignal | undefined;
  /** Measure the mirror images of the maps, left to right (docs/construct.md). */
  readonly mirrored?: boolean | undefined;
}

/**
 * Measures activation files that together are one (checkpoint, layer, category). Reads them by record batch and never
 * whole. Throws InputError of the cause, naming file, unit and image, and the signal's reason when it aborts.
 */
export async function measure(
  sources: readonly ByteSource[],
  kernel: BirthKernel,
  keepBirths: boolean,
  { signal, mirrored = false }: MeasureOptions = {},
): Promise<Measured> {
  const images = new ImageLabels();
  const seen = new SeenMaps();
  let first: ActivationsFile | null = null;
  let meter: MapMeter | null = null;
  for (const source of sources) {
    const file = await openActivations(source, { images, seen });
    first ??= file;
    if (file.size !== first.size) {
      throw new ActivationFilesError(
        `${file.name}: expected maps of ${first.size}×${first.size} as in ${first.name}, found ${file.size}×${file.size}`,
      );
    }
    meter ??= new MapMeter(kernel, file.size, keepBirths);
    // Asked for once and at its largest: the kernel's memory moves when more is asked for.
    // Two places in turn: one block is read while the other is measured.
    const place = Math.max(BLOCK_FLOATS, file.size * file.size);
    const memory = kernel.reserve(2 * place);
    let turn = 0;
    const into = (floats: number): Float32Array => memory.subarray((turn ^= 1) * place).subarray(0, floats);
    for await (const block of oneAhead(file.blocks({ into, maxFloats: BLOCK_FLOATS }))) {
      signal?.throwIfAborted();
      if (mirrored) mirror(block.maps, file.size);
      meter.add(block.maps, block.units, block.images, (row) => {
        const image = images.label(block.images[row] ?? 0);
        return `${file.name}: row ${block.firstRow + row}, unit ${block.units[row] ?? 0}, image ${JSON.stringify(image)}`;
      });
    }
  }
  if (meter === null || first === null) throw new RangeError('measure was given no file');
  return { meter, size: first.size, images: images.list() };
}

/** Mirrors N×N maps that lie back to back, left to right, where they are. */
function mirror(maps: Float32Array, size: number): void {
  for (let row = 0; row < maps.length; row += size) maps.subarray(row, row + size).reverse();
}
