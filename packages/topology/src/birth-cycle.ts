import type { BirthOptions } from './density.js';
import { type Filtration, filtration } from './filtration.js';
import { Forest } from './forest.js';
import { rankCocycles } from './rank-cocycles.js';
import { shortestOpenCycle } from './shortest-open-cycle.js';

/** One edge of the cycle, by the cell of the map that gives it its weight: A[row][column] = weight ≥ A[column][row]. */
export interface BirthCycleEdge {
  readonly row: number;
  readonly column: number;
  /** In the unit of the activations. */
  readonly weight: number;
  /** From 1, at most the birth rank. */
  readonly rank: number;
}

/** The hole of one map at its birth. */
export interface BirthCycle {
  /** The raw birth rank, from 1, before any threshold. */
  readonly rank: number;
  /** The weight of that rank, in the unit of the activations. */
  readonly weight: number;
  /** β1 at the end of that rank: 1, or more where edges tie. The cycle goes round one of the holes. */
  readonly holes: number;
  /**
   * The cycle's vertices (rows = columns of the map, from 0) in order, at least four; the last is joined to the first,
   * and the first two by an edge of the birth rank.
   */
  readonly vertices: readonly number[];
  /** `edges[i]` joins `vertices[i]` to the vertex after it. */
  readonly edges: readonly BirthCycleEdge[];
  /** All edges of rank ≤ the birth rank, in the order of their entry. */
  readonly graph: Pick<Filtration, 'tails' | 'heads' | 'ranks' | 'weights'>;
}

/**
 * The hole that a map's birth rank counts to: a shortest cycle that is no boundary over Z/2 at the end of that rank, ties
 * decided exactly, and the graph at that moment (docs/method.md, section 1). Needs neither WebAssembly nor the kernel.
 * A map takes under a millisecond at N = 14 and 1 to 8 at 112: for looking, not for sweeps.
 *
 * @param map size × size finite floats, row-major
 * @returns null = no birth, exactly where `birthRank` is null
 * @throws MapSizeError, MapNotFiniteError, DensityError
 */
export function birthCycle(map: Float32Array, size: number, options?: BirthOptions): BirthCycle | null {
  const entering = filtration(map, size, options);
  const birth = findBirth(entering);
  if (birth === null) return null;
  const { entered, cocycles } = birth;
  const graph = {
    tails: entering.tails.subarray(0, entered),
    heads: entering.heads.subarray(0, entered),
    ranks: entering.ranks.subarray(0, entered),
    weights: entering.weights.subarray(0, entered),
  };
  const { vertices, edges } = shortestOpenCycle({ vertices: size, ...graph }, cocycles);
  return {
    rank: graph.ranks[entered - 1]!,
    weight: graph.weights[entered - 1]!,
    holes: cocycles.length,
    vertices,
    edges: edges.map((edge) => {
      const [tail, head] = [graph.tails[edge]!, graph.heads[edge]!];
      const upper = map[tail * size + head]! >= map[head * size + tail]!;
      return {
        row: upper ? tail : head,
        column: upper ? head : tail,
        weight: graph.weights[edge]!,
        rank: graph.ranks[edge]!,
      };
    }),
    graph,
  };
}

/** How many edges have entered at the birth, and a cocycle for each hole; null = no birth. */
function findBirth(entering: Filtration): { entered: number; cocycles: readonly number[][] } | null {
  const { vertices, tails, heads, ranks } = entering;
  const forest = new Forest(vertices);
  const adjacent = new Uint8Array(vertices ** 2);
  const haveCommonNeighbour = (u: number, v: number): boolean => {
    for (let w = 0; w < vertices; w++) {
      if (adjacent[u * vertices + w] === 1 && adjacent[v * vertices + w] === 1) return true;
    }
    return false;
  };
  for (let start = 0, end = 0; start < ranks.length; start = end) {
    const rank = ranks[start]!;
    let suspect = false;
    for (; ranks[end] === rank; end++) {
      const [u, v] = [tails[end]!, heads[end]!];
      suspect = (!forest.join(u, v) && !haveCommonNeighbour(u, v)) || suspect;
      adjacent[u * vertices + v] = adjacent[v * vertices + u] = 1;
    }
    if (!suspect) continue;
    const cocycles = end - start === 1 ? [[start]] : [...rankCocycles(entering, rank)];
    if (cocycles.length > 0) return { entered: end, cocycles };
  }
  return null;
}
