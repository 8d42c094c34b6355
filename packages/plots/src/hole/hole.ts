/** The flag complex of one map as its edges enter, and the hole at its birth (docs/method.md, section 1). */
export interface Hole {
  /** N of the map: its rows and columns are the vertices 0 … N − 1. */
  readonly size: number;
  /** N × N values, row-major. */
  readonly map: ArrayLike<number>;
  /** In the order of their entry; ranks from 1, those of equal weight alike. */
  readonly edges: {
    readonly tails: ArrayLike<number>;
    readonly heads: ArrayLike<number>;
    readonly ranks: ArrayLike<number>;
  };
  /** null: no hole is ever born. */
  readonly cycle: HoleCycle | null;
  /** Where the cycle is filled; null: it is open to the last index; left out: that is not known. */
  readonly death?: HoleDeath | null | undefined;
}

export interface HoleDeath {
  /** The rank, from 1, at whose end triangles fill the cycle. */
  readonly rank: number;
  /** The edges that enter with it: one, or several of equal weight. */
  readonly edges: readonly { readonly tail: number; readonly head: number }[];
}

export interface HoleCycle {
  /** The birth rank, from 1. */
  readonly rank: number;
  /** In order; the last is joined to the first. */
  readonly vertices: readonly number[];
  /** `edges[i]` joins `vertices[i]` to the vertex after it, by the cell that gives it its weight. */
  readonly edges: readonly { readonly row: number; readonly column: number; readonly rank: number }[];
}

/** More edges that enter together are counted, not named. */
export const MOST_NAMED_EDGES = 4;

/** β₁ by filtration index (rank − 1), as far as it is known. */
export type HoleCounts = ArrayLike<number>;

/** One sentence for who sees such a picture for the first time. */
export const HOLE_SENTENCE =
  'A vertex is a row of the map and the column of the same number, an edge is a cell (row u, column v); cells enter from ' +
  'the brightest down, and a hole is a ring of edges that no triangles fill.';

/** How many edges have entered at a filtration index. */
export function edgesAt({ edges: { ranks } }: Pick<Hole, 'edges'>, index: number): number {
  let [low, high] = [0, ranks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranks[middle] ?? 0) <= index + 1) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The cell of an edge that gives it its weight. */
export function cellOf(
  { map, size }: Pick<Hole, 'map' | 'size'>,
  tail: number,
  head: number,
): [number, number] {
  const upper = (map[tail * size + head] ?? 0) >= (map[head * size + tail] ?? 0);
  return upper ? [tail, head] : [head, tail];
}

/** The ring as a person reads it: `3 – 7 – 12 – 9 – 3`. */
export function ringWords({ vertices }: HoleCycle): string {
  return [...vertices, vertices[0] ?? 0].join(' – ');
}

/** Whether triangles fill the ring at this index; false also where that is not known. */
export function isFilled({ death }: Pick<Hole, 'death'>, index: number): boolean {
  return death !== undefined && death !== null && index >= death.rank - 1;
}

/** The edges between vertices of the ring that are none of its own and have entered. */
export function chordsAt(hole: Hole, index: number): (readonly [tail: number, head: number])[] {
  const { edges, cycle } = hole;
  if (cycle === null) return [];
  const vertices = new Set(cycle.vertices);
  const own = new Set(cycle.edges.map(({ row, column }) => edgeName(row, column)));
  return Array.from(
    { length: edgesAt(hole, index) },
    (_, i) => [edges.tails[i] ?? 0, edges.heads[i] ?? 0] as const,
  ).filter(([tail, head]) => vertices.has(tail) && vertices.has(head) && !own.has(edgeName(tail, head)));
}

/** An edge as a person reads it: `2–10`. */
export function edgeName(a: number, b: number): string {
  return `${Math.min(a, b)}–${Math.max(a, b)}`;
}
