import { MapSizeError } from './map-errors.js';

/** Adjacency rows of the kernel are bitsets of at most this many vertices. */
export const MAX_MAP_SIZE = 512;

/** The number of maps in a block of `floats` values; throws MapSizeError. */
export function mapCount(floats: number, size: number): number {
  if (!Number.isInteger(size) || size < 1 || size > MAX_MAP_SIZE) {
    throw new MapSizeError(`map size is ${size}: expected a whole number from 1 to ${MAX_MAP_SIZE}`);
  }
  const count = floats / (size * size);
  if (!Number.isInteger(count)) {
    throw new MapSizeError(
      `${floats} floats are not whole maps of ${size}×${size}: expected a multiple of ${size * size}`,
    );
  }
  return count;
}

/** Throws MapSizeError unless `floats` values are exactly one map. */
export function requireOneMap(floats: number, size: number): void {
  if (mapCount(floats, size) !== 1) {
    throw new MapSizeError(`${floats} floats are not one map of ${size}×${size}: expected ${size * size}`);
  }
}
