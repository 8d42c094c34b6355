import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Tf from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import { seededShuffle } from './seeded-shuffle.js';
import { tensorBackend, type Backend } from './tensor-backend.js';
import { artifactWriter } from './tfjs-artifacts.js';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CLASSES = 10;
const EVALUATION_BATCH = 250;
const WARM_UP_STEPS = 10;

export interface LabelledImages {
  /** images × 28 × 28 grey values, preprocessed. */
  readonly images: Float32Array;
  /** One class, 0 … 9, an image. */
  readonly labels: Uint8Array;
}

export interface ExampleCnnOptions {
  readonly train: LabelledImages;
  readonly heldOut?: LabelledImages;
  /** Where `step-0000/model.json` … and `log.csv` go. The log is written last: it stands for a whole training. */
  readonly folder: string;
  readonly seed?: number;
  readonly steps?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  /** Steps at which the model is saved. Default: 0, 1, 2, 4 … and the last. */
  readonly snapshotSteps?: readonly number[];
  /** At most this many images of each set are evaluated at a snapshot. */
  readonly evaluationImages?: number;
  readonly backend?: Exclude<Backend, 'onnxruntime'>;
  readonly onStep?: (step: number, steps: number, loss: number) => void;
  readonly onSnapshot?: (snapshot: Snapshot) => void;
}

export interface Snapshot {
  readonly step: number;
  /** The saved model. */
  readonly path: string;
  /** Mean cross-entropy over the evaluated training images, nats. */
  readonly loss: number;
  readonly accuracy: number;
  readonly heldOutLoss: number | null;
  readonly heldOutAccuracy: number | null;
}

/** 0, 1, 2, 4, 8 … and the last step: most of a training happens early (`docs/method.md`). */
export function logarithmicSteps(steps: number): number[] {
  const found = [0];
  for (let step = 1; step < steps; step *= 2) found.push(step);
  return [...found, steps];
}

/**
 * Trains the example CNN (four convolutions of 14×14 maps, global average pooling, 10 classes) and saves
 * it along the way as tfjs layers models. The same options give the same bytes on one backend and CPU.
 */
export async function trainExampleCnn(options: ExampleCnnOptions): Promise<Snapshot[]> {
  const { train, heldOut, folder, seed = 0, steps = 512, batchSize = 64, learningRate = 0.01 } = options;
  const snapshotSteps = new Set(options.snapshotSteps ?? logarithmicSteps(steps));
  const { tf } = await tensorBackend(options.backend ?? 'auto');
  const layers = await import('@tensorflow/tfjs-layers');
  const model = exampleCnn(layers, seed);
  const optimizer = scheduledAdam(tf, learningRate, steps);
  const batches = batchIndices(train.labels.length, batchSize, seed);
  const limit = options.evaluationImages ?? 2000;
  const trainSample = evenSample(train, limit);
  const heldOutSample = heldOut && evenSample(heldOut, limit);
  const snapshots: Snapshot[] = [];
  await mkdir(folder, { recursive: true });

  const snapshot = async (step: number): Promise<void> => {
    const name = `step-${String(step).padStart(4, '0')}`;
    await model.save(artifactWriter(join(folder, name)));
    const onTrain = evaluate(tf, model, trainSample);
    const onHeldOut = heldOutSample && evaluate(tf, model, heldOutSample);
    const taken = {
      step,
      path: join(folder, name, 'model.json'),
      ...onTrain,
      heldOutLoss: onHeldOut?.loss ?? null,
      heldOutAccuracy: onHeldOut?.accuracy ?? null,
    };
    snapshots.push(taken);
    options.onSnapshot?.(taken);
  };

  try {
    if (snapshotSteps.has(0)) await snapshot(0);
    for (let step = 1; step <= steps; step++) {
      const loss = trainStep(tf, model, optimizer, gather(train, batches.next().value));
      options.onStep?.(step, steps, loss);
      if (snapshotSteps.has(step)) await snapshot(step);
      // Lets signals and timers of the host in between two steps.
      await new Promise(setImmediate);
    }
  } finally {
    optimizer.dispose();
    model.dispose();
  }
  await writeFile(join(folder, 'log.csv'), trainingLog(snapshots));
  return snapshots;
}

function exampleCnn(tfl: typeof Layers, seed: number): Layers.Sequential {
  const init = (layer: number) => tfl.initializers.heNormal({ seed: seed * 100 + layer });
  const convolution = (index: number, filters: number, first: object) =>
    tfl.layers.conv2d({
      name: `conv${index}`,
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: init(index),
      ...first,
    });
  return tfl.sequential({
    name: 'example_cnn',
    layers: [
      convolution(1, 16, { kernelSize: 5, strides: 2, inputShape: [SIDE, SIDE, 1] }),
      convolution(2, 24, {}),
      convolution(3, 24, {}),
      convolution(4, 32, {}),
      tfl.layers.globalAveragePooling2d({ name: 'pool' }),
      tfl.layers.dense({ name: 'logits', units: CLASSES, kernelInitializer: init(5) }),
    ],
  });
}

interface Scheduled {
  minimize(loss: () => Tf.Scalar, variables: Tf.Variable[]): Tf.Scalar;
  dispose(): void;
}

/** Adam whose rate rises over the first steps and falls to zero as a cosine: without it some seeds do not get off the ground. */
function scheduledAdam(tf: typeof Tf, learningRate: number, steps: number): Scheduled {
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

function trainStep(
  tf: typeof Tf,
  model: Layers.Sequential,
  optimizer: Scheduled,
  batch: LabelledImages,
): number {
  return tf.tidy(() => {
    const { images, targets } = tensors(tf, batch);
    const variables = model.trainableWeights
      .map((weight) => weight.read())
      .filter((value): value is Tf.Variable => value instanceof tf.Variable);
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(targets, model.apply(images) as Tf.Tensor),
      variables,
    );
    return loss.dataSync()[0] ?? NaN;
  });
}

function evaluate(
  tf: typeof Tf,
  model: Layers.Sequential,
  set: LabelledImages,
): { loss: number; accuracy: number } {
  let loss = 0;
  let right = 0;
  for (let start = 0; start < set.labels.length; start += EVALUATION_BATCH) {
    const batch = slice(set, start, start + EVALUATION_BATCH);
    tf.tidy(() => {
      const { images, targets } = tensors(tf, batch);
      const logits = model.apply(images) as Tf.Tensor2D;
      const mean = tf.losses.softmaxCrossEntropy(targets, logits).dataSync()[0] ?? NaN;
      loss += mean * batch.labels.length;
      const guesses = tf.argMax(logits, 1).dataSync();
      right += batch.labels.reduce((sum, label, index) => sum + Number(guesses[index] === label), 0);
    });
  }
  return { loss: loss / set.labels.length, accuracy: right / set.labels.length };
}

function tensors(
  tf: typeof Tf,
  { images, labels }: LabelledImages,
): { images: Tf.Tensor4D; targets: Tf.Tensor2D } {
  return {
    images: tf.tensor4d(images, [labels.length, SIDE, SIDE, 1]),
    targets: tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES) as Tf.Tensor2D,
  };
}

function slice({ images, labels }: LabelledImages, start: number, end: number): LabelledImages {
  return { images: images.slice(start * PIXELS, end * PIXELS), labels: labels.slice(start, end) };
}

function gather({ images, labels }: LabelledImages, indices: readonly number[]): LabelledImages {
  const gathered = {
    images: new Float32Array(indices.length * PIXELS),
    labels: new Uint8Array(indices.length),
  };
  indices.forEach((source, target) => {
    gathered.images.set(images.subarray(source * PIXELS, (source + 1) * PIXELS), target * PIXELS);
    gathered.labels[target] = labels[source] ?? 0;
  });
  return gathered;
}

/** At most `limit` images spread evenly over the set. */
function evenSample(set: LabelledImages, limit: number): LabelledImages {
  const count = set.labels.length;
  const size = Math.min(count, limit);
  return gather(
    set,
    Array.from({ length: size }, (_, index) => Math.floor((index * count) / size)),
  );
}

/** Endless batches; every epoch sees each image once, in an order of its own. */
function* batchIndices(count: number, batchSize: number, seed: number): Generator<number[], never> {
  let queue: number[] = [];
  for (let epoch = 0; ;) {
    while (queue.length < batchSize) queue = queue.concat(seededShuffle(count, `${seed}/${epoch++}`));
    yield queue.splice(0, batchSize);
  }
}

function trainingLog(snapshots: readonly Snapshot[]): string {
  const heldOut = snapshots.some((snapshot) => snapshot.heldOutLoss !== null);
  const header = ['step', 'loss', 'accuracy', ...(heldOut ? ['held_out_loss', 'held_out_accuracy'] : [])];
  const rows = snapshots.map((snapshot) => [
    snapshot.step,
    snapshot.loss,
    snapshot.accuracy,
    ...(heldOut ? [snapshot.heldOutLoss, snapshot.heldOutAccuracy] : []),
  ]);
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}
