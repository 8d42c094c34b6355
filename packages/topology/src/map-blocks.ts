import { MapSizeError } from './map-errors.js';
import { mapCount } from './map-size.js';

/** How channels lie in blocks: so many units an image, the last block filled up with channels that mean nothing. */
export interface MapBlocks {
  readonly units: number;
  /** Channels of a block, a multiple of 4. */
  readonly block: number;
}

/** Floats that taking a block of maps of size × size apart needs. */
export function scratchFloats(size: number, block: number): number {
  // Rounded up to lines of the cache, and one more, as blockStride in assembly/index.ts.
  return block * (Math.ceil((size * size + 1) / 16) + 1) * 16;
}

/** The number of maps in whole images of `floats` values; throws MapSizeError. */
export function blockedMapCount(floats: number, size: number, { units, block }: MapBlocks): number {
  if (block < 4 || block % 4 !== 0)
    throw new MapSizeError(`blocks of ${block} channels: expected a multiple of 4`);
  if (!Number.isInteger(units) || units < 1)
    throw new MapSizeError(`${units} units an image: expected a whole number from 1`);
  const perImage = Math.ceil(units / block) * block;
  const images = mapCount(floats, size) / perImage;
  if (!Number.isInteger(images))
    throw new MapSizeError(
      `${floats} floats are not whole images of ${units} maps of ${size}×${size} in blocks of ${block}: expected a multiple of ${perImage * size * size}`,
    );
  return images * units;
}
