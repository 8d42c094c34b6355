import { join } from 'node:path';
import { writeWhole } from '@unitscope/process';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { createSession } from '@unitscope/models';
import { seededNormals, seededUniforms } from '@unitscope/base';
import { Adam, type Optimisation } from './adam.js';
import {
  CLASSES,
  NORM_MOMENTUM,
  firstParameters,
  type ExampleNetwork,
  type Parameters,
} from './example-network.js';
import type { ExampleTrainer } from './example-trainer.js';
import type { MeasuredNetwork } from './rivals.js';
import { networkBytes, trainingBytes } from './network-graph.js';
import type { FloatTensor } from './onnx-writer.js';
import { SIDE, evaluationBatches, type LabelledImages } from './training-set.js';

type Runtime = typeof import('onnxruntime-node');

/**
 * Trains on onnxruntime, which has no training for Node: loss and gradients are a graph of its usual operations, and Adam
 * runs here. One thread, so that the same options give the same bytes however many trainings run.
 */
export class OnnxTrainer implements ExampleTrainer, MeasuredNetwork {
  readonly first: Parameters;
  readonly #adam: Adam;
  #step = 0;

  private constructor(
    private readonly runtime: Runtime,
    private readonly session: InferenceSession,
    private readonly network: ExampleNetwork,
    readonly learned: Parameters,
    private readonly statistics: Parameters,
    private readonly seed: number,
    optimisation: Optimisation,
  ) {
    this.#adam = new Adam(learned, optimisation);
    this.first = new Map(
      [...learned].map(([name, { dims, values }]) => [name, { dims, values: values.slice() }]),
    );
  }

  static async create(
    network: ExampleNetwork,
    seed: number,
    optimisation: Optimisation,
  ): Promise<OnnxTrainer> {
    const runtime = await import('onnxruntime-node');
    const { learned, statistics } = firstParameters(network, seed);
    const session = await createSession(runtime, trainingBytes(network, learned), new Map(), 1);
    return new OnnxTrainer(runtime, session, network, learned, statistics, seed, optimisation);
  }

  async step(batch: LabelledImages): Promise<number> {
    const feeds: Record<string, Tensor> = {
      images: this.#images(batch),
      targets: this.#tensor([batch.labels.length, CLASSES], oneHot(batch.labels)),
    };
    for (const [name, { dims, values }] of this.learned) feeds[name] = this.#tensor(dims, values);
    if (this.network.dropout > 0) feeds['kept'] = this.#kept(batch.labels.length);
    this.#step++;
    const made = await this.session.run(feeds);
    this.#adam.apply((name) => valuesOf(made, `gradient/${name}`));
    for (const [name, { values }] of this.statistics) average(values, valuesOf(made, `batch/${name}`));
    return valuesOf(made, 'loss')[0] ?? NaN;
  }

  evaluate(set: LabelledImages): Promise<{ loss: number; accuracy: number }> {
    return this.#evaluate(this.#bytes(), set);
  }

  async logits(images: Float32Array, count: number): Promise<Float32Array> {
    const session = await createSession(this.runtime, this.#bytes(), new Map(), 1);
    try {
      return valuesOf(
        await session.run({ images: this.#images({ images, labels: new Uint8Array(count) }) }),
        'logits',
      ).slice();
    } finally {
      await session.release();
    }
  }

  async disturbedLoss(set: LabelledImages, scale: number, seed: string): Promise<number> {
    const disturbed = [...this.learned].map(([name, { dims, values }]) => {
      const normals = seededNormals(values.length, `${seed}/${name}`);
      return [
        name,
        { dims, values: values.map((value, i) => value * (1 + scale * (normals[i] ?? 0))) },
      ] as const;
    });
    const bytes = networkBytes(this.network, new Map([...disturbed, ...this.statistics]));
    return (await this.#evaluate(bytes, set)).loss;
  }

  async #evaluate(bytes: Uint8Array, set: LabelledImages): Promise<{ loss: number; accuracy: number }> {
    const session = await createSession(this.runtime, bytes, new Map(), 1);
    let loss = 0;
    let right = 0;
    try {
      for (const batch of evaluationBatches(set)) {
        const logits = valuesOf(await session.run({ images: this.#images(batch) }), 'logits');
        batch.labels.forEach((label, image) => {
          const row = logits.subarray(image * CLASSES, (image + 1) * CLASSES);
          loss += crossEntropy(row, label);
          right += Number(row.indexOf(Math.max(...row)) === label);
        });
      }
    } finally {
      await session.release();
    }
    return { loss: loss / set.labels.length, accuracy: right / set.labels.length };
  }

  async save(folder: string, name: string): Promise<string> {
    const path = join(folder, `${name}.onnx`);
    await writeWhole(path, this.#bytes());
    return path;
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  #bytes(): Uint8Array {
    return networkBytes(this.network, new Map([...this.learned, ...this.statistics]));
  }

  #images({ images, labels }: LabelledImages): Tensor {
    return this.#tensor([labels.length, 1, SIDE, SIDE], images);
  }

  /** What dropout keeps of the logits' inputs in this step, scaled so that their mean stays. */
  #kept(images: number): Tensor {
    const { dropout, dense } = this.network;
    const inputs = dense.at(-1)?.inputs ?? 0;
    const drawn = seededUniforms(images * inputs, `${this.seed}/dropout/${this.#step}`);
    const values = Float32Array.from(drawn, (value) => (value < dropout ? 0 : 1 / (1 - dropout)));
    return this.#tensor([images, inputs], values);
  }

  #tensor(dims: FloatTensor['dims'], values: Float32Array): Tensor {
    return new this.runtime.Tensor('float32', values, dims);
  }
}

function valuesOf(made: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const tensor = made[name];
  if (tensor === undefined) throw new RangeError(`the graph of training has no output ${name}`);
  return tensor.data as Float32Array;
}

function oneHot(labels: Uint8Array): Float32Array {
  const targets = new Float32Array(labels.length * CLASSES);
  labels.forEach((label, image) => (targets[image * CLASSES + label] = 1));
  return targets;
}

/** Nats; `logits` of one image. */
function crossEntropy(logits: Float32Array, label: number): number {
  const most = Math.max(...logits);
  const sum = logits.reduce((all, logit) => all + Math.exp(logit - most), 0);
  return Math.log(sum) + most - (logits[label] ?? NaN);
}

function average(running: Float32Array, batch: Float32Array): void {
  for (let i = 0; i < running.length; i++) {
    running[i] = NORM_MOMENTUM * (running[i] ?? 0) + (1 - NORM_MOMENTUM) * (batch[i] ?? NaN);
  }
}
