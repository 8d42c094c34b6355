import type { BirthOptions } from './density.js';
import { type Filtration, filtration } from './filtration.js';
import { Forest } from './forest.js';

/**
 * The birth rank of one map straight from the definition (docs/method.md, section 1): at the end of each rank
 * β1 = dimension of the cycles − rank of ∂2 over Z/2, by column reduction. Shares nothing with the kernel's
 * argument; the tests hold the two equal. Milliseconds a map: for checking, not for sweeps.
 *
 * @param map size × size finite floats, row-major
 * @returns the raw rank (1 = the largest weight), before any threshold; null = no birth
 * @throws MapSizeError, MapNotFiniteError, DensityError
 */
export function birthRankReference(map: Float32Array, size: number, options?: BirthOptions): number | null {
  const edges = filtration(map, size, options);
  const forest = new Forest(size);
  const boundaries = new BoundaryMatrix(edges);
  let cycles = 0;
  for (let start = 0, end = 0; start < edges.ranks.length; start = end) {
    const rank = edges.ranks[start]!;
    for (; edges.ranks[end] === rank; end++) {
      boundaries.enter(end);
      if (!forest.join(edges.tails[end]!, edges.heads[end]!)) cycles++;
    }
    // One triangle an edge first: they are independent and mostly suffice.
    for (let edge = start; edge < end; edge++) boundaries.addTriangles(edge, 1);
    // The rank of ∂2 never exceeds the cycles: where it has reached them the other triangles add nothing.
    for (let edge = start; edge < end && boundaries.rank < cycles; edge++) {
      boundaries.addTriangles(edge, Infinity);
    }
    if (boundaries.rank < cycles) return rank;
  }
  return null;
}

/** ∂2 over Z/2 in reduced form; rows are edges by their place in the filtration. */
class BoundaryMatrix {
  readonly #edges: Filtration;
  readonly #place: Int32Array;
  readonly #columns = new Map<number, number[]>();

  constructor(edges: Filtration) {
    this.#edges = edges;
    this.#place = new Int32Array(edges.vertices ** 2).fill(-1);
  }

  get rank(): number {
    return this.#columns.size;
  }

  enter(edge: number): void {
    const { vertices, tails, heads } = this.#edges;
    this.#place[tails[edge]! * vertices + heads[edge]!] = edge;
    this.#place[heads[edge]! * vertices + tails[edge]!] = edge;
  }

  /** Adds the boundaries of up to `most` triangles whose last edge this is. */
  addTriangles(edge: number, most: number): void {
    const { vertices, tails, heads } = this.#edges;
    const place = this.#place;
    const u = tails[edge]! * vertices;
    const v = heads[edge]! * vertices;
    let added = 0;
    for (let w = 0; w < vertices && added < most; w++) {
      const a = place[u + w]!;
      const b = place[v + w]!;
      if (a < 0 || b < 0 || a >= edge || b >= edge) continue;
      this.#reduce(a > b ? [edge, a, b] : [edge, b, a]);
      added++;
    }
  }

  /** Columns are descending lists of rows; the first entry is the pivot. */
  #reduce(column: number[]): void {
    while (column.length > 0) {
      const pivot = column[0]!;
      const other = this.#columns.get(pivot);
      if (other === undefined) {
        this.#columns.set(pivot, column);
        return;
      }
      column = symmetricDifference(column, other);
    }
  }
}

function symmetricDifference(a: readonly number[], b: readonly number[]): number[] {
  const sum: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      i++;
      j++;
    } else if (a[i]! > b[j]!) sum.push(a[i++]!);
    else sum.push(b[j++]!);
  }
  while (i < a.length) sum.push(a[i++]!);
  while (j < b.length) sum.push(b[j++]!);
  return sum;
}
