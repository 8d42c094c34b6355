import type * as Tf from '@tensorflow/tfjs-core';

const WARM_UP_STEPS = 10;

export interface Scheduled {
  minimize(loss: () => Tf.Scalar, variables: Tf.Variable[]): Tf.Scalar;
  dispose(): void;
}

/** Adam whose rate rises over the first steps and falls to zero as a cosine: without it some seeds do not get off the ground. */
export function scheduledAdam(tf: typeof Tf, learningRate: number, steps: number): Scheduled {
  class ScheduledAdam extends tf.AdamOptimizer {
    private step = 0;
    override applyGradients(gradients: Parameters<Tf.AdamOptimizer['applyGradients']>[0]): void {
      const warmUp = Math.min(1, (this.step + 1) / WARM_UP_STEPS);
      this.learningRate = learningRate * warmUp * 0.5 * (1 + Math.cos((Math.PI * this.step) / steps));
      this.step++;
      super.applyGradients(gradients);
    }
  }
  const adam = new ScheduledAdam(learningRate, 0.9, 0.999);
  return {
    minimize: (loss, variables) => {
      const value = adam.minimize(loss, true, variables);
      if (value === null) throw new Error('the optimizer returned no loss');
      return value;
    },
    dispose: () => {
      adam.dispose();
    },
  };
}
