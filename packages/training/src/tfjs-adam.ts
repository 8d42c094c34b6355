import type * as Tf from '@tensorflow/tfjs-core';
import { scheduledRate, type Optimisation } from './adam.js';

export interface Scheduled {
  minimize(loss: () => Tf.Scalar, variables: Tf.Variable[]): Tf.Scalar;
  dispose(): void;
}

/** Adam of tfjs with the rate of scheduledRate. */
export function scheduledAdam(tf: typeof Tf, optimisation: Optimisation): Scheduled {
  class ScheduledAdam extends tf.AdamOptimizer {
    private step = 0;
    override applyGradients(gradients: Parameters<Tf.AdamOptimizer['applyGradients']>[0]): void {
      this.learningRate = scheduledRate(optimisation, this.step);
      this.step++;
      super.applyGradients(gradients);
    }
  }
  const adam = new ScheduledAdam(optimisation.rate, 0.9, 0.999);
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
