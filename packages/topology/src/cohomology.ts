import { CoboundaryColumn } from './coboundary-column.js';
import type { Filtration } from './filtration.js';

/** Columns are edges, latest first; rows are triangles, keyed by (place of the last edge, opposite vertex). */
export class Cohomology {
  /** For each edge the smallest vertex that closes a triangle with it as it enters, or −1. */
  readonly firstTriangle: Int16Array;
  readonly #edges: Filtration;
  readonly #place: Int32Array;
  readonly #column = new CoboundaryColumn();
  readonly #owners = new Map<number, readonly number[]>();

  constructor(edges: Filtration, count: number) {
    const { vertices, tails, heads } = edges;
    this.#edges = edges;
    this.#place = new Int32Array(vertices ** 2).fill(-1);
    this.firstTriangle = new Int16Array(count).fill(-1);
    for (let edge = 0; edge < count; edge++) {
      const u = tails[edge]! * vertices;
      const v = heads[edge]! * vertices;
      for (let w = 0; w < vertices; w++) {
        if (this.#place[u + w]! >= 0 && this.#place[v + w]! >= 0) {
          this.firstTriangle[edge] = w;
          break;
        }
      }
      this.#place[u + heads[edge]!] = edge;
      this.#place[v + tails[edge]!] = edge;
    }
  }

  /** The edge whose entry fills the cycle that `edge` closed; −1 if none does. Call for late edges first. */
  death(edge: number): number {
    return this.#reduce(edge, [edge]);
  }

  /** Where nothing fills it: the edges of the cocycle that tells the cycle from a boundary, else null. In the same order. */
  cocycle(edge: number): number[] | null {
    const { last, cochain } = this.interval(edge);
    return last < 0 ? cochain : null;
  }

  /** The edge whose entry ends the class that `edge` begins, −1 if none does, and the edges of its cochain. In the same order. */
  interval(edge: number): { last: number; cochain: number[] } {
    const generators = [edge];
    return { last: this.#reduce(edge, generators), cochain: oddOnes(generators) };
  }

  #reduce(edge: number, generators: number[]): number {
    const { vertices } = this.#edges;
    this.#column.clear();
    this.#addCoboundary(edge);
    for (;;) {
      const triangle = this.#column.pivot();
      if (triangle < 0) return -1;
      const last = Math.floor(triangle / vertices);
      if (this.firstTriangle[last] === triangle % vertices) {
        generators.push(last);
        this.#addCoboundary(last);
        continue;
      }
      const owner = this.#owners.get(triangle);
      if (owner === undefined) {
        this.#owners.set(triangle, oddOnes(generators));
        return last;
      }
      for (const generator of owner) {
        generators.push(generator);
        this.#addCoboundary(generator);
      }
    }
  }

  #addCoboundary(edge: number): void {
    const { vertices, tails, heads } = this.#edges;
    const place = this.#place;
    const tail = tails[edge]!;
    const head = heads[edge]!;
    for (let w = 0; w < vertices; w++) {
      const a = place[tail * vertices + w]!;
      const b = place[head * vertices + w]!;
      if (a < 0 || b < 0) continue;
      if (edge > a && edge > b) this.#column.push(edge * vertices + w);
      else if (a > b) this.#column.push(a * vertices + head);
      else this.#column.push(b * vertices + tail);
    }
  }
}

/** What is left of a sum over Z/2: without this, columns made of columns grow exponentially. */
function oddOnes(generators: readonly number[]): number[] {
  const odd = new Set<number>();
  for (const generator of generators) if (!odd.delete(generator)) odd.add(generator);
  return [...odd];
}
