import type { FloatTensor } from './onnx-writer.js';

const WARM_UP_STEPS = 10;

/** The rate rises over the first steps and falls to zero as a cosine: without it some seeds do not get off the ground. */
export function scheduledRate(rate: number, step: number, steps: number): number {
  return rate * Math.min(1, (step + 1) / WARM_UP_STEPS) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-7;

/** Adam (Kingma and Ba, 2015) over tensors that it changes in place, with the rate of scheduledRate. */
export class Adam {
  readonly #moments: ReadonlyMap<string, { readonly first: Float32Array; readonly second: Float32Array }>;
  #step = 0;

  constructor(
    private readonly learned: ReadonlyMap<string, FloatTensor>,
    private readonly rate: number,
    private readonly steps: number,
  ) {
    this.#moments = new Map(
      [...learned].map(
        ([
          name,
          {
            values: { length },
          },
        ]) => [name, { first: new Float32Array(length), second: new Float32Array(length) }],
      ),
    );
  }

  /** One step down these gradients, by tensor name. */
  apply(gradientOf: (name: string) => Float32Array): void {
    const rate = scheduledRate(this.rate, this.#step, this.steps);
    this.#step++;
    const firstScale = rate / (1 - FIRST_DECAY ** this.#step);
    const secondScale = 1 / (1 - SECOND_DECAY ** this.#step);
    for (const [name, { values }] of this.learned) {
      const moments = this.#moments.get(name);
      if (moments === undefined) continue;
      const { first, second } = moments;
      const gradient = gradientOf(name);
      for (let i = 0; i < values.length; i++) {
        const slope = gradient[i] ?? NaN;
        const mean = FIRST_DECAY * (first[i] ?? 0) + (1 - FIRST_DECAY) * slope;
        const square = SECOND_DECAY * (second[i] ?? 0) + (1 - SECOND_DECAY) * slope * slope;
        first[i] = mean;
        second[i] = square;
        values[i] = (values[i] ?? 0) - (firstScale * mean) / (Math.sqrt(square * secondScale) + EPSILON);
      }
    }
  }
}
