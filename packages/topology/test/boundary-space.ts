/** An undirected graph by its edges. */
export interface EdgeList {
  readonly tails: ArrayLike<number>;
  readonly heads: ArrayLike<number>;
}

/** The boundaries of a graph's triangles over Z/2, by elimination on bit masks: shares nothing with the package. */
export class BoundarySpace {
  readonly #masks = new Map<string, bigint>();
  readonly #rows = new Map<number, bigint>();

  constructor(vertices: number, { tails, heads }: EdgeList) {
    for (let edge = 0; edge < tails.length; edge++) {
      this.#masks.set(name(tails[edge]!, heads[edge]!), 1n << BigInt(edge));
    }
    for (let a = 0; a < vertices; a++) {
      for (let b = a + 1; b < vertices; b++) {
        if (!this.hasEdge(a, b)) continue;
        for (let c = b + 1; c < vertices; c++) {
          if (this.hasEdge(a, c) && this.hasEdge(b, c)) this.#add(this.#chain([a, b, c]));
        }
      }
    }
  }

  hasEdge(a: number, b: number): boolean {
    return this.#masks.has(name(a, b));
  }

  /** Whether a closed walk over these vertices is a sum of triangles. */
  contains(cycle: readonly number[]): boolean {
    return this.#reduced(this.#chain(cycle)) === 0n;
  }

  get dimension(): number {
    return this.#rows.size;
  }

  #chain(cycle: readonly number[]): bigint {
    return cycle.reduce(
      (sum, vertex, i) => sum ^ this.#masks.get(name(vertex, cycle[(i + 1) % cycle.length]!))!,
      0n,
    );
  }

  #add(chain: bigint): void {
    const rest = this.#reduced(chain);
    if (rest !== 0n) this.#rows.set(highestBit(rest), rest);
  }

  #reduced(chain: bigint): bigint {
    let rest = chain;
    while (rest !== 0n) {
      const row = this.#rows.get(highestBit(rest));
      if (row === undefined) return rest;
      rest ^= row;
    }
    return rest;
  }
}

function name(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function highestBit(value: bigint): number {
  return value.toString(2).length;
}
