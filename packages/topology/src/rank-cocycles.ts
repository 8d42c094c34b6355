import { Cohomology } from './cohomology.js';
import { edgesBeforeCone } from './cone.js';
import { type Filtration, filtration } from './filtration.js';
import { Forest } from './forest.js';

/**
 * The cocycles over Z/2 that a rank leaves, one for each hole, as lists of edges, given that β1 was 0 at the end of the
 * rank before: all their edges are of this rank. A cycle is no boundary if it shares an odd number of edges with one.
 */
export function* rankCocycles(entering: Filtration, rank: number): Generator<number[]> {
  const entered = entering.ranks.findLastIndex((at) => at <= rank) + 1;
  if (edgesBeforeCone(entering) < entered) return;
  const forest = new Forest(entering.vertices);
  const cycle = Uint8Array.from(entering.tails.subarray(0, entered), (tail, edge) =>
    Number(!forest.join(tail, entering.heads[edge]!)),
  );
  const cohomology = new Cohomology(entering, entered);
  // Cycles of earlier ranks are filled by now: the new edges alone can hold one open.
  for (let edge = entered - 1; edge >= 0 && entering.ranks[edge] === rank; edge--) {
    if (cycle[edge] === 0 || cohomology.firstTriangle[edge]! >= 0) continue;
    const cocycle = cohomology.cocycle(edge);
    if (cocycle !== null) yield cocycle;
  }
}

/** Whether β1 ≠ 0 at the end of a rank, given that it was 0 at the end of the rank before. */
export function hasHole(map: Float32Array, size: number, rank: number): boolean {
  return rankCocycles(filtration(map, size, { density: 1 }), rank).next().done !== true;
}
