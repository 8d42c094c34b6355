import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Tf from '@tensorflow/tfjs-core';
import type { Sequential } from '@tensorflow/tfjs-layers';
import { CLASSES, exampleNetwork, type ExampleNetworkOptions } from './example-network.js';
import { corruptLabels } from './label-corruption.js';
import { scheduledAdam, type Scheduled } from './scheduled-adam.js';
import { tensorBackend, type Backend } from './tensor-backend.js';
import { artifactWriter } from './tfjs-artifacts.js';
import { SIDE, batchIndices, evenSample, gather, slice, type LabelledImages } from './training-set.js';

const EVALUATION_BATCH = 250;

export interface ExampleCnnOptions {
  readonly network?: ExampleNetworkOptions;
  readonly train: LabelledImages;
  /** Share of the training labels that are replaced by classes drawn at random, 0 … 1; the same for one `corruptionSeed`. */
  readonly corruption?: number;
  /** Default: `seed`. */
  readonly corruptionSeed?: number;
  readonly heldOut?: LabelledImages;
  /** Where `step-0000/model.json` … and `log.csv` go. The log is written last: it stands for a whole training. */
  readonly folder: string;
  /** Decides the first weights and the order of the images. */
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
  /** Mean cross-entropy over the evaluated training images with the labels that were learned, nats. */
  readonly loss: number;
  readonly accuracy: number;
  readonly heldOutLoss: number | null;
  readonly heldOutAccuracy: number | null;
}

/** 0, 1, 2, 4, 8 … and the last step: most of what happens in a training happens early. */
export function logarithmicSteps(steps: number): number[] {
  const found = [0];
  for (let step = 1; step < steps; step *= 2) found.push(step);
  return [...found, steps];
}

/**
 * Trains the example CNN (convolutions of 14×14 maps, a head, 10 classes) and saves it along the way as tfjs layers
 * models, with a log that a sweep spec reads as metadata. Enough steps on corrupted labels are a memorisation run. The
 * same options give the same bytes on one backend and CPU. Throws TrainingOptionError.
 */
export async function trainExampleCnn(options: ExampleCnnOptions): Promise<Snapshot[]> {
  const { heldOut, folder, seed = 0, steps = 512, batchSize = 64, learningRate = 0.01 } = options;
  const { corruption = 0, corruptionSeed = seed } = options;
  const { images, labels } = options.train;
  const train = { images, labels: corruptLabels(labels, corruption, corruptionSeed, CLASSES) };
  const snapshotSteps = new Set(options.snapshotSteps ?? logarithmicSteps(steps));
  const { tf } = await tensorBackend(options.backend ?? 'auto');
  const layers = await import('@tensorflow/tfjs-layers');
  const model = exampleNetwork(layers, seed, options.network);
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
  await writeFile(join(folder, 'log.csv'), trainingLog(snapshots, { seed, corruption }));
  return snapshots;
}

function trainStep(tf: typeof Tf, model: Sequential, optimizer: Scheduled, batch: LabelledImages): number {
  return tf.tidy(() => {
    const { images, targets } = tensors(tf, batch);
    const variables = model.trainableWeights
      .map((weight) => weight.read())
      .filter((value): value is Tf.Variable => value instanceof tf.Variable);
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(targets, model.apply(images, { training: true }) as Tf.Tensor),
      variables,
    );
    return loss.dataSync()[0] ?? NaN;
  });
}

function evaluate(tf: typeof Tf, model: Sequential, set: LabelledImages): { loss: number; accuracy: number } {
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

/** One row a snapshot; `settings` are the same in all of them. */
function trainingLog(snapshots: readonly Snapshot[], settings: Readonly<Record<string, number>>): string {
  const heldOut = snapshots.some((snapshot) => snapshot.heldOutLoss !== null);
  const header = ['step', 'loss', 'accuracy', ...(heldOut ? ['held_out_loss', 'held_out_accuracy'] : [])];
  const rows = snapshots.map((snapshot) => [
    snapshot.step,
    snapshot.loss,
    snapshot.accuracy,
    ...(heldOut ? [snapshot.heldOutLoss, snapshot.heldOutAccuracy] : []),
    ...Object.values(settings),
  ]);
  return [[...header, ...Object.keys(settings)], ...rows].map((row) => `${row.join(',')}\n`).join('');
}
