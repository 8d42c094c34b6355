import type { BirthCycle } from './birth-cycle.js';
import { Cohomology } from './cohomology.js';
import { edgesBeforeCone } from './cone.js';
import type { BirthOptions } from './density.js';
import { filtration } from './filtration.js';
import { Forest } from './forest.js';

/** Where the cycle that stood at the birth is filled. */
export interface CycleDeath {
  /** The first rank, from 1, at whose end the cycle is a boundary. */
  readonly rank: number;
  /** The edges that enter with that rank, tail < head. One alone fills the cycle; of several that tie none comes first. */
  readonly edges: readonly { readonly tail: number; readonly head: number }[];
}

/**
 * The rank that fills the cycle of `birthCycle`: the first at whose end it is a boundary over Z/2. Of the persistent cocycles
 * that begin with the birth's rank, the cycle is open while one lives that shares an odd number of edges with it; later ones
 * share none. Takes what `bettiCurves` takes.
 *
 * @param map the map of the cycle, size × size finite floats, row-major
 * @returns null = it is open at the density cut
 * @throws MapSizeError, MapNotFiniteError, DensityError
 */
export function cycleDeath(
  map: Float32Array,
  size: number,
  cycle: Pick<BirthCycle, 'rank' | 'edges'>,
  options?: BirthOptions,
): CycleDeath | null {
  const entering = filtration(map, size, options);
  const { tails, heads, ranks } = entering;
  const open = edgesBeforeCone(entering);
  const cone = ranks[open] ?? Infinity;
  const onCycle = new Set(cycle.edges.map(({ row, column }) => pairOf(row, column, size)));
  const forest = new Forest(size);
  const closes = Uint8Array.from(tails.subarray(0, open), (tail, at) =>
    Number(!forest.join(tail, heads[at]!)),
  );
  const cohomology = new Cohomology(entering, open);
  let death = 0;
  for (let edge = open - 1; edge >= 0 && ranks[edge]! >= cycle.rank; edge--) {
    if (closes[edge] === 0 || cohomology.firstTriangle[edge]! >= 0) continue;
    const { last, cochain } = cohomology.interval(edge);
    const shared = cochain.filter((at) => onCycle.has(pairOf(tails[at]!, heads[at]!, size)));
    if (shared.length % 2 === 1) death = Math.max(death, last >= 0 ? ranks[last]! : cone);
  }
  if (death === Infinity) return null;
  const edges = Array.from(tails.keys())
    .filter((at) => ranks[at] === death)
    .map((at) => ({ tail: tails[at]!, head: heads[at]! }));
  return { rank: death, edges };
}

function pairOf(a: number, b: number, size: number): number {
  return Math.min(a, b) * size + Math.max(a, b);
}
