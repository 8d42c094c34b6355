import type { FloatTensor } from './onnx-writer.js';

const WARM_UP_STEPS = 10;

/** The rate at a step. It rises over the first ones: without that some seeds do not get off the ground. */
export function scheduledRate(
  { rate, steps, schedule }: Pick<Optimisation, 'rate' | 'steps' | 'schedule'>,
  step: number,
): number {
  const risen = rate * Math.min(1, (step + 1) / WARM_UP_STEPS);
  return schedule === 'constant' ? risen : risen * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}

/** How the rate goes over a training: risen over the first steps, then falling to zero as a cosine, or staying. */
export type Schedule = 'cosine' | 'constant';

/** How a network is optimised. */
export interface Optimisation {
  readonly rate: number;
  readonly steps: number;
  readonly schedule: Schedule;
  /** Share of each weight that a step of rate 1 takes off, apart from the gradient (AdamW: Loshchilov and Hutter, 2019). */
  readonly weightDecay: number;
}

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-7;

/**
 * Adam (Kingma and Ba, 2015) over tensors that it changes in place, with the rate of scheduledRate and a decay of weights that
 * leaves biases and norms alone.
 */
export class Adam {
  readonly #moments: ReadonlyMap<string, { readonly first: Float32Array; readonly second: Float32Array }>;
  #step = 0;

  constructor(
    private readonly learned: ReadonlyMap<string, FloatTensor>,
    private readonly optimisation: Optimisation,
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
    const rate = scheduledRate(this.optimisation, this.#step);
    this.#step++;
    const firstScale = rate / (1 - FIRST_DECAY ** this.#step);
    const secondScale = 1 / (1 - SECOND_DECAY ** this.#step);
    for (const [name, { dims, values }] of this.learned) {
      const moments = this.#moments.get(name);
      if (moments === undefined) continue;
      const { first, second } = moments;
      const gradient = gradientOf(name);
      const kept = dims.length > 1 ? 1 - rate * this.optimisation.weightDecay : 1;
      for (let i = 0; i < values.length; i++) {
        const slope = gradient[i] ?? NaN;
        const mean = FIRST_DECAY * (first[i] ?? 0) + (1 - FIRST_DECAY) * slope;
        const square = SECOND_DECAY * (second[i] ?? 0) + (1 - SECOND_DECAY) * slope * slope;
        first[i] = mean;
        second[i] = square;
        values[i] =
          kept * (values[i] ?? 0) - (firstScale * mean) / (Math.sqrt(square * secondScale) + EPSILON);
      }
    }
  }
}
