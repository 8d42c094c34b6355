/** Disjoint sets of vertices: the connected components of the graph so far. */
export class Forest {
  readonly #parent: Uint16Array;

  constructor(vertices: number) {
    this.#parent = Uint16Array.from({ length: vertices }, (_, vertex) => vertex);
  }

  /** Joins the components of two vertices; false if they were one already. */
  join(a: number, b: number): boolean {
    const rootA = this.#root(a);
    const rootB = this.#root(b);
    this.#parent[rootA] = rootB;
    return rootA !== rootB;
  }

  #root(vertex: number): number {
    const parent = this.#parent;
    let at = vertex;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }
}
