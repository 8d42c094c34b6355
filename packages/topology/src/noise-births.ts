import { instantiateKernel } from './kernel-instance.js';
import { MapSizeError } from './map-errors.js';
import { MAX_MAP_SIZE } from './map-size.js';
import { NOISE_TABLE } from './noise-table.js';

/** Graphs that are followed: 16 times as many errors as one of them are a quarter of it. */
export const NOISE_TRIALS = 65_536;

/**
 * How the births of N × N maps of noise (i.i.d. values of any distribution without ties) are distributed, N = `size`: element
 * r is the probability of a birth at raw rank r, for r = 1 … maxRank (element 0 is unused; maxRank ≤ N(N − 1)/2).
 *
 * The edge weights max(a_ij, a_ji) of such a map are i.i.d., so their order is a uniformly random permutation of the
 * edges and no map need be drawn: random edges are added one by one, and the birth is the first edge whose ends are
 * already connected and share no neighbour (docs/method.md, section 1). Instead of waiting for it, each trial follows a
 * graph that has no hole yet and adds up the exact probability that the next edge makes one; this also resolves births
 * far too rare to be seen in that many trials. A trial's random numbers depend on size and trial alone, so an element
 * does not depend on maxRank. Of common sizes the first ranks stand in a table, the same bits. Throws MapSizeError.
 */
export function noiseBirths(size: number, maxRank: number, trials = NOISE_TRIALS): Float64Array {
  if (!Number.isInteger(size) || size < 1 || size > MAX_MAP_SIZE)
    throw new MapSizeError(`map size is ${size}: expected a whole number from 1 to ${MAX_MAP_SIZE}`);
  const known = trials === NOISE_TRIALS ? tabled(size) : undefined;
  if (known !== undefined && maxRank < known.length) return known.slice(0, maxRank + 1);
  return simulatedNoiseBirths(size, maxRank, trials);
}

/** The same, followed graph by graph: it takes a tenth of a second to half of one. */
export function simulatedNoiseBirths(size: number, maxRank: number, trials = NOISE_TRIALS): Float64Array {
  // Of its own: what it writes lies where the kernel has its tables of maps.
  const kernel = instantiateKernel(0);
  const at = kernel.noiseBirths(size, maxRank, trials);
  return new Float64Array(kernel.buffer, at, maxRank + 1).map((sum) => sum / trials);
}

/** Element r of rank r; undefined where the size is not in the table. */
function tabled(size: number): Float64Array | undefined {
  const text = NOISE_TABLE[size];
  if (text === undefined) return undefined;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}
