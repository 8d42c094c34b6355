import { Cohomology } from './cohomology.js';
import { edgesBeforeCone } from './cone.js';
import type { BirthOptions } from './density.js';
import { filtration } from './filtration.js';
import { Forest } from './forest.js';

/** Betti numbers at the end of every rank; all arrays are indexed by rank − 1. */
export interface BettiCurves {
  /** R: the length of the curves, set by the density cut. */
  readonly ranks: number;
  readonly beta0: Uint32Array;
  readonly beta1: Uint32Array;
  /** How many edges have entered; divide by N(N−1)/2 for the edge density of a plot's axis. */
  readonly edges: Uint32Array;
  /** The weight of the rank; NaN past the last distinct weight, where the curves stay as they are. */
  readonly weights: Float32Array;
}

/**
 * β0 and β1 of one map up to the density cut, ties exact (docs/method.md, section 1). Persistent cohomology
 * with clearing and apparent pairs as in Ripser: only an edge that closes a cycle without a triangle needs a
 * column. On noise, the dearest input: 0.4 ms at N = 14, 0.1 s at 112, 4 s at 224, minutes at 512; a ReLU's map
 * takes a fraction, since its zeros fill every hole at once.
 *
 * @param map size × size finite floats, row-major
 * @throws MapSizeError, MapNotFiniteError, DensityError
 */
export function bettiCurves(map: Float32Array, size: number, options?: BirthOptions): BettiCurves {
  const entering = filtration(map, size, options);
  const { limit, ranks } = entering;
  const merges = new Uint32Array(limit);
  const entries = new Uint32Array(limit);
  const change = new Int32Array(limit + 1);
  const weights = new Float32Array(limit).fill(NaN);

  const forest = new Forest(size);
  const cycle = new Uint8Array(ranks.length);
  for (let edge = 0; edge < ranks.length; edge++) {
    const at = ranks[edge]! - 1;
    entries[at]!++;
    weights[at] = entering.weights[edge]!;
    if (forest.join(entering.tails[edge]!, entering.heads[edge]!)) merges[at]!++;
    else cycle[edge] = 1;
  }

  // Once one vertex is adjacent to all others every hole is filled for good, and all that is open dies there.
  // ReLU's zeros, one tie that completes the graph, are the case that this makes affordable.
  const open = edgesBeforeCone(entering);
  const cone = open < ranks.length ? ranks[open]! : limit + 1;
  const cohomology = new Cohomology(entering, open);
  for (let edge = open - 1; edge >= 0; edge--) {
    // Edges that merge components are cleared; edges with a triangle at once are apparent pairs of no length.
    if (cycle[edge] === 0 || cohomology.firstTriangle[edge]! >= 0) continue;
    const death = cohomology.death(edge);
    change[ranks[edge]! - 1]!++;
    change[(death >= 0 ? ranks[death]! : cone) - 1]!--;
  }

  const beta0 = new Uint32Array(limit);
  const beta1 = new Uint32Array(limit);
  let components = size;
  let holes = 0;
  let entered = 0;
  for (let at = 0; at < limit; at++) {
    beta0[at] = components -= merges[at]!;
    beta1[at] = holes += change[at]!;
    entries[at] = entered += entries[at]!;
  }
  return { ranks: limit, beta0, beta1, edges: entries, weights };
}
