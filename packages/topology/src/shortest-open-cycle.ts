/** The graph at one rank; edges are known by their place in these arrays. */
interface Graph {
  readonly vertices: number;
  readonly tails: Uint16Array;
  readonly heads: Uint16Array;
}

/** A cycle of vertices; `edges[i]` joins `vertices[i]` to the vertex after it. */
interface Cycle {
  readonly vertices: number[];
  readonly edges: number[];
}

/** Three edges are a triangle of the flag complex, hence a boundary. */
const SHORTEST = 4;

/**
 * A shortest cycle (in edges) that shares an odd number of edges with one of the cocycles. It begins with an edge of a
 * cocycle. Such a cycle goes through one, and from either end of that edge the breadth-first tree closes, by one more edge,
 * a cycle as short: the shortest one is a sum of cycles that the tree closes, none of them longer, one of them open.
 */
export function shortestOpenCycle(graph: Graph, cocycles: readonly (readonly number[])[]): Cycle {
  const { tails, heads } = graph;
  const classes = new EdgeClasses(tails.length, cocycles);
  const search = new BreadthFirstSearch(graph, classes);
  let shortest = Infinity;
  let cycle: number[] = [];
  for (const start of new Set(cocycles.flat().map((edge) => tails[edge]!))) {
    search.from(start, shortest);
    for (let edge = 0; edge < tails.length; edge++) {
      const length = search.lengthThrough(edge);
      if (length >= shortest || !search.isOpen(edge)) continue;
      shortest = length;
      cycle = [...search.path(tails[edge]!).reverse(), edge, ...search.path(heads[edge]!)];
    }
    if (shortest === SHORTEST) break;
  }
  const first = cycle.findIndex((edge) => classes.isInOne(edge));
  return along(graph, [...cycle.slice(first), ...cycle.slice(0, first)]);
}

/** The vertices between consecutive edges of a closed walk. */
function along({ tails, heads }: Graph, edges: number[]): Cycle {
  const [first = 0, second = 0] = edges;
  const meets = (edge: number, vertex: number): boolean => tails[edge] === vertex || heads[edge] === vertex;
  let at = meets(second, heads[first]!) ? tails[first]! : heads[first]!;
  const vertices = edges.map((edge) => {
    const here = at;
    at = tails[edge] === at ? heads[edge]! : tails[edge]!;
    return here;
  });
  return { vertices, edges };
}

/** For each edge one bit a cocycle; a cycle is open if the bits of its edges do not cancel. */
class EdgeClasses {
  readonly words: number;
  readonly bits: Uint32Array;

  constructor(edges: number, cocycles: readonly (readonly number[])[]) {
    this.words = Math.ceil(cocycles.length / 32);
    this.bits = new Uint32Array(edges * this.words);
    for (const [index, cocycle] of cocycles.entries()) {
      for (const edge of cocycle) this.bits[edge * this.words + (index >> 5)]! ^= 1 << (index & 31);
    }
  }

  isInOne(edge: number): boolean {
    return this.bits.subarray(edge * this.words, (edge + 1) * this.words).some((word) => word !== 0);
  }
}

/** Breadth-first trees in which every vertex knows its distance and the classes of the path to it. */
class BreadthFirstSearch {
  readonly #graph: Graph;
  readonly #classes: EdgeClasses;
  /** Incident edges of each vertex, those of vertex v from #first[v] on. */
  readonly #first: Uint32Array;
  readonly #incident: Uint32Array;
  readonly #distance: Int32Array;
  readonly #edgeTo: Int32Array;
  readonly #bits: Uint32Array;

  constructor(graph: Graph, classes: EdgeClasses) {
    const { vertices, tails, heads } = graph;
    this.#graph = graph;
    this.#classes = classes;
    this.#first = new Uint32Array(vertices + 1);
    for (const ends of [tails, heads]) for (const vertex of ends) this.#first[vertex + 1]!++;
    for (let vertex = 0; vertex < vertices; vertex++) this.#first[vertex + 1]! += this.#first[vertex]!;
    this.#incident = new Uint32Array(2 * tails.length);
    const next = this.#first.slice();
    for (let edge = 0; edge < tails.length; edge++) {
      this.#incident[next[tails[edge]!]!++] = edge;
      this.#incident[next[heads[edge]!]!++] = edge;
    }
    this.#distance = new Int32Array(vertices);
    this.#edgeTo = new Int32Array(vertices);
    this.#bits = new Uint32Array(vertices * classes.words);
  }

  /** Grows the tree from a vertex, as far as a cycle shorter than `bound` can reach. */
  from(start: number, bound: number): void {
    const { tails, heads } = this.#graph;
    const { words, bits } = this.#classes;
    this.#distance.fill(-1);
    this.#distance[start] = 0;
    this.#edgeTo[start] = -1;
    this.#bits.fill(0, start * words, (start + 1) * words);
    const queue = [start];
    for (const vertex of queue) {
      const distance = this.#distance[vertex]! + 1;
      if (2 * distance >= bound) break;
      for (let at = this.#first[vertex]!; at < this.#first[vertex + 1]!; at++) {
        const edge = this.#incident[at]!;
        const other = tails[edge] === vertex ? heads[edge]! : tails[edge]!;
        if (this.#distance[other]! >= 0) continue;
        this.#distance[other] = distance;
        this.#edgeTo[other] = edge;
        for (let word = 0; word < words; word++) {
          this.#bits[other * words + word] = this.#bits[vertex * words + word]! ^ bits[edge * words + word]!;
        }
        queue.push(other);
      }
    }
  }

  /** The length of the closed walk to one end of an edge, along it and back; Infinity where the tree does not reach. */
  lengthThrough(edge: number): number {
    const [a, b] = [this.#distance[this.#graph.tails[edge]!]!, this.#distance[this.#graph.heads[edge]!]!];
    return a < 0 || b < 0 ? Infinity : a + b + 1;
  }

  /** Whether that walk is no boundary. */
  isOpen(edge: number): boolean {
    const { words, bits } = this.#classes;
    const [tail, head] = [this.#graph.tails[edge]! * words, this.#graph.heads[edge]! * words];
    for (let word = 0; word < words; word++) {
      if (this.#bits[tail + word] !== (this.#bits[head + word]! ^ bits[edge * words + word]!) >>> 0)
        return true;
    }
    return false;
  }

  /** The edges from a vertex back to the start. */
  path(vertex: number): number[] {
    const { tails, heads } = this.#graph;
    const edges: number[] = [];
    for (let at = vertex; this.#edgeTo[at]! >= 0;) {
      const edge = this.#edgeTo[at]!;
      edges.push(edge);
      at = tails[edge] === at ? heads[edge]! : tails[edge]!;
    }
    return edges;
  }
}
