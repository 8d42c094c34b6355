import { join } from 'node:path';
import type * as Tf from '@tensorflow/tfjs-core';
import type { Sequential } from '@tensorflow/tfjs-layers';
import { tensorBackend, artifactWriter } from '@unitscope/models';
import type { Optimisation } from './adam.js';
import { TrainingOptionError } from './errors.js';
import { CLASSES, type ExampleNetwork } from './example-network.js';
import type { ExampleTrainer } from './example-trainer.js';
import { scheduledAdam, type Scheduled } from './tfjs-adam.js';
import { tfjsNetwork } from './tfjs-network.js';
import { SIDE, evaluationBatches, type LabelledImages } from './training-set.js';

/** Trains on TensorFlow.js, and saves layers models. */
export class TfjsTrainer implements ExampleTrainer {
  readonly #variables: Tf.Variable[];

  private constructor(
    private readonly tf: typeof Tf,
    private readonly model: Sequential,
    private readonly optimizer: Scheduled,
  ) {
    this.#variables = model.trainableWeights
      .map((weight) => weight.read())
      .filter((value): value is Tf.Variable => value instanceof tf.Variable);
  }

  /** Throws BackendMissingError, TrainingOptionError for what only onnxruntime trains with. */
  static async create(
    backend: 'tfjs-node' | 'wasm',
    network: ExampleNetwork,
    seed: number,
    optimisation: Optimisation,
  ): Promise<TfjsTrainer> {
    if (network.dropout > 0 || optimisation.weightDecay > 0) {
      throw new TrainingOptionError(
        `dropout, weight decay: expected the backend onnxruntime, found ${backend}`,
      );
    }
    const { tf } = await tensorBackend(backend);
    const model = tfjsNetwork(await import('@tensorflow/tfjs-layers'), seed, network);
    return new TfjsTrainer(tf, model, scheduledAdam(tf, optimisation));
  }

  step(batch: LabelledImages): Promise<number> {
    const { tf } = this;
    const loss = tf.tidy(() => {
      const { images, targets } = this.#tensors(batch);
      const answer = (): Tf.Tensor => this.model.apply(images, { training: true }) as Tf.Tensor;
      return this.optimizer
        .minimize(() => tf.losses.softmaxCrossEntropy(targets, answer()), this.#variables)
        .dataSync()[0];
    });
    return Promise.resolve(loss ?? NaN);
  }

  evaluate(set: LabelledImages): Promise<{ loss: number; accuracy: number }> {
    const { tf } = this;
    let loss = 0;
    let right = 0;
    for (const batch of evaluationBatches(set)) {
      tf.tidy(() => {
        const { images, targets } = this.#tensors(batch);
        const logits = this.model.apply(images) as Tf.Tensor2D;
        const mean = tf.losses.softmaxCrossEntropy(targets, logits).dataSync()[0] ?? NaN;
        loss += mean * batch.labels.length;
        const guesses = tf.argMax(logits, 1).dataSync();
        right += batch.labels.reduce((sum, label, index) => sum + Number(guesses[index] === label), 0);
      });
    }
    return Promise.resolve({ loss: loss / set.labels.length, accuracy: right / set.labels.length });
  }

  async save(folder: string, name: string): Promise<string> {
    await this.model.save(artifactWriter(join(folder, name)));
    return join(folder, name, 'model.json');
  }

  dispose(): Promise<void> {
    this.optimizer.dispose();
    this.model.dispose();
    return Promise.resolve();
  }

  #tensors({ images, labels }: LabelledImages): { images: Tf.Tensor4D; targets: Tf.Tensor2D } {
    const { tf } = this;
    return {
      images: tf.tensor4d(images, [labels.length, SIDE, SIDE, 1]),
      targets: tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES) as Tf.Tensor2D,
    };
  }
}
