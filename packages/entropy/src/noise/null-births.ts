import { Random, seedOf } from '@unitscope/base';

const TRIALS = 4096;
const NEGLIGIBLE = 1e-5;
const APART = 0;
const COVERED = 1;
const ADJACENT = 2;

/**
 * How the births of maps of i.i.d. Gaussian values are distributed: element r is the probability that a
 * map of this size has its birth at raw rank r, for r = 1 … maxRank (element 0 is unused; maxRank ≤ N(N − 1)/2).
 *
 * The edge weights max(a_ij, a_ji) of such a map are i.i.d., so their order is a uniformly random
 * permutation of the edges and no map need be drawn: random edges are added one by one, and the birth is the
 * first edge whose ends are already connected and share no neighbour (docs/method.md, section 1). Instead of
 * waiting for it, each trial follows a graph that has no hole yet and adds up the exact probability that the
 * next edge makes one; this also resolves births far too rare to be seen in that many trials. A trial's
 * random numbers depend on size and trial alone, so an element does not depend on maxRank.
 */
export function nullBirths(size: number, maxRank: number): Float64Array {
  const births = new Float64Array(maxRank + 1);
  const graph = new HolelessGraph(size);
  const edges = (size * (size - 1)) / 2;
  for (let trial = 0; trial < TRIALS; trial++) {
    const random = new Random(seedOf(`null births ${size} ${trial}`));
    graph.clear();
    let alive = 1;
    for (let rank = 1; rank <= maxRank && alive > NEGLIGIBLE; rank++) {
      const hazard = graph.holes / (edges - rank + 1);
      births[rank]! += alive * hazard;
      alive *= 1 - hazard;
      if (hazard < 1) graph.grow(random);
    }
  }
  return births.map((sum) => sum / TRIALS);
}

/** A random graph that grows by edges that make no hole, and knows how many pairs would make one. */
class HolelessGraph {
  readonly #size: number;
  readonly #root: Int32Array;
  readonly #members: Int32Array;
  /** Row u: the neighbours of u, as many as its degree says. */
  readonly #neighbours: Uint16Array;
  readonly #degree: Uint16Array;
  /** Per ordered pair: APART, COVERED (a common neighbour, so that its edge makes no hole) or ADJACENT. */
  readonly #state: Uint8Array;
  #connectedPairs = 0;
  #coveredPairs = 0;

  constructor(size: number) {
    this.#size = size;
    this.#root = new Int32Array(size);
    this.#members = new Int32Array(size);
    this.#neighbours = new Uint16Array(size * size);
    this.#degree = new Uint16Array(size);
    this.#state = new Uint8Array(size * size);
    this.clear();
  }

  /** The number of absent edges that would make a hole: connected pairs that nothing covers. */
  get holes(): number {
    return this.#connectedPairs - this.#coveredPairs;
  }

  clear(): void {
    for (let i = 0; i < this.#size; i++) this.#root[i] = i;
    this.#members.fill(1);
    this.#degree.fill(0);
    this.#state.fill(APART);
    this.#connectedPairs = 0;
    this.#coveredPairs = 0;
  }

  grow(random: Random): void {
    for (;;) {
      const u = random.below(this.#size);
      const other = random.below(this.#size - 1);
      const v = other < u ? other : other + 1;
      const state = this.#state[u * this.#size + v];
      if (state === ADJACENT) continue;
      if (state === APART && this.#find(u) === this.#find(v)) continue;
      this.#add(u, v);
      return;
    }
  }

  #add(u: number, v: number): void {
    const a = this.#find(u);
    const b = this.#find(v);
    if (a !== b) {
      this.#connectedPairs += this.#members[a]! * this.#members[b]!;
      this.#root[a] = b;
      this.#members[b]! += this.#members[a]!;
    }
    this.#mark(u, v, ADJACENT);
    this.#coverNeighbours(u, v);
    this.#coverNeighbours(v, u);
    this.#neighbours[u * this.#size + this.#degree[u]!++] = v;
    this.#neighbours[v * this.#size + this.#degree[v]!++] = u;
  }

  #coverNeighbours(of: number, other: number): void {
    const row = of * this.#size;
    for (let i = 0; i < this.#degree[of]!; i++) this.#mark(this.#neighbours[row + i]!, other, COVERED);
  }

  #mark(u: number, v: number, state: number): void {
    const pair = u * this.#size + v;
    const before = this.#state[pair]!;
    if (before >= state) return;
    if (before === APART) this.#coveredPairs++;
    this.#state[pair] = state;
    this.#state[v * this.#size + u] = state;
  }

  #find(vertex: number): number {
    let at = vertex;
    while (this.#root[at] !== at) {
      this.#root[at] = this.#root[this.#root[at]!]!;
      at = this.#root[at]!;
    }
    return at;
  }
}
