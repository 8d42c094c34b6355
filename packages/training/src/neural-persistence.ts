import type { FloatTensor } from './onnx-writer.js';

/**
 * The neural persistence of a layer of weights (Rieck et al. 2019), 0 … 1. Weights join the units of two sides, the filters (first
 * dimension of a convolution, last of a dense layer) and what they read; a weight of share w of the largest joins at w, from
 * the largest down. Each join of two parts that were apart adds (1 − w)²; the root of their sum is divided by its largest,
 * √(units − 1). 0 where all weights are 0.
 */
export function neuralPersistence({ dims, values }: FloatTensor): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  const isDense = dims.length === 2;
  const filters = (isDense ? dims[1] : dims[0]) ?? 1;
  const inputs = values.length / filters;
  const order = Uint32Array.from(values, (_, at) => at).sort(
    (a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0),
  );
  const parts = new Parts(filters + inputs);
  let squares = 0;
  for (const at of order) {
    const [filter, input] = isDense
      ? [at % filters, Math.floor(at / filters)]
      : [Math.floor(at / inputs), at % inputs];
    if (parts.join(filter, filters + input)) squares += (1 - Math.abs(values[at] ?? 0) / largest) ** 2;
  }
  return Math.sqrt(squares / (filters + inputs - 1));
}

/** Which of some things are connected. */
class Parts {
  readonly #above: Uint32Array;

  constructor(count: number) {
    this.#above = Uint32Array.from({ length: count }, (_, at) => at);
  }

  /** Joins the parts of two things; whether they were apart. */
  join(a: number, b: number): boolean {
    const [first, second] = [this.#of(a), this.#of(b)];
    this.#above[first] = second;
    return first !== second;
  }

  #of(at: number): number {
    let part = at;
    for (let above = this.#above[part] ?? part; above !== part; above = this.#above[part] ?? part) {
      this.#above[part] = this.#above[above] ?? above;
      part = above;
    }
    return part;
  }
}
