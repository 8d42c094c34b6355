import type { LabelledImages } from './training-set.js';

/** A network of the example's kind while it learns. */
export interface ExampleTrainer {
  /** Learns a batch; answers its loss before that: the mean cross-entropy in nats. */
  step(batch: LabelledImages): Promise<number>;
  /** What the network answers outside of training. */
  evaluate(set: LabelledImages): Promise<{ readonly loss: number; readonly accuracy: number }>;
  /** Saves the network in `folder` under a name of this format; answers the path that openModel takes. */
  save(folder: string, name: string): Promise<string>;
  dispose(): Promise<void>;
}
