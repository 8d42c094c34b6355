import { Random } from '@unitscope/base';

const NEGLIGIBLE = 1e-5;
const APART = 0;
const COVERED = 1;
const ADJACENT = 2;

/** noiseBirths in plain TypeScript (assembly/noise.ts is the fast one). */
export function noiseBirthsReference(size: number, maxRank: number, trials: number): Float64Array {
  const births = new Float64Array(maxRank + 1);
  const graph = new HolelessGraph(size);
  const edges = (size * (size - 1)) / 2;
  for (let trial = 0; trial < trials; trial++) {
    const random = new Random((Math.imul(size, 0x9e3779b1) + trial) >>> 0);
    graph.clear();
    let alive = 1;
    for (let rank = 1; rank <= maxRank && alive > NEGLIGIBLE; rank++) {
      const hazard = graph.holes / (edges - rank + 1);
      births[rank]! += alive * hazard;
      alive *= 1 - hazard;
      if (hazard < 1) graph.grow(random);
    }
  }
  return births.map((sum) => sum / trials);
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
