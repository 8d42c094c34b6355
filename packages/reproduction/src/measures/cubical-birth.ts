/**
 * The cubical birth of an N×N map, read as a picture: pixels enter by their values, descending, equal ones together, and the
 * birth is the rank among the distinct values at which they first enclose a hole (β₁ ≠ 0 of the cubical complex whose squares are
 * the pixels, which touch at corners too). 0: none. GUDHI's CubicalComplex of −map gives the same.
 *
 * By duality a hole is a piece of the pixels that are not there yet, joined at edges, that does not reach the outside: so pixels
 * are taken away from the whole picture, the smallest first, and pieces are joined by union and find.
 */
export function cubicalBirth(map: Float32Array, size: number): number {
  const order = Uint32Array.from(map, (_, i) => i).sort((a, b) => (map[a] ?? 0) - (map[b] ?? 0));
  const pieces = new Pieces(size);
  let ranksBelow = 0;
  let last = -1;
  for (let at = 0; at < order.length; ranksBelow++) {
    const value = map[order[at] ?? 0];
    // Before the pixels of this value are taken away, all of a larger or equal value are there.
    if (pieces.inside > 0) last = ranksBelow;
    for (; at < order.length && map[order[at] ?? 0] === value; at++) pieces.add(order[at] ?? 0);
  }
  return last < 0 ? 0 : ranksBelow - last;
}

/** Pieces of missing pixels, and how many of them do not reach the outside. */
class Pieces {
  inside = 0;
  readonly #size: number;
  readonly #root: Int32Array;

  constructor(size: number) {
    this.#size = size;
    // The outside is the last one; −1: the pixel is there.
    this.#root = new Int32Array(size * size + 1).fill(-1);
    this.#root[size * size] = size * size;
  }

  add(pixel: number): void {
    const size = this.#size;
    this.#root[pixel] = pixel;
    this.inside++;
    const [row, column] = [Math.floor(pixel / size), pixel % size];
    const outside = size * size;
    this.#join(pixel, row === 0 ? outside : pixel - size);
    this.#join(pixel, row === size - 1 ? outside : pixel + size);
    this.#join(pixel, column === 0 ? outside : pixel - 1);
    this.#join(pixel, column === size - 1 ? outside : pixel + 1);
  }

  #join(pixel: number, other: number): void {
    if (this.#root[other] === -1) return;
    const [a, b] = [this.#find(pixel), this.#find(other)];
    if (a === b) return;
    // The outside stays a root.
    this.#root[Math.min(a, b)] = Math.max(a, b);
    this.inside--;
  }

  #find(pixel: number): number {
    let at = pixel;
    while (this.#root[at] !== at) at = this.#root[at] ?? at;
    return at;
  }
}
