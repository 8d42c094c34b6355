import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '@unitscope/models';
import {
  CLASSES,
  exampleNetwork,
  type ExampleNetwork,
  type ExampleNetworkOptions,
} from './example-network.js';
import type { ExampleTrainer } from './example-trainer.js';
import { RIVALS, rivalsOf, type Rivals } from './rivals.js';
import { corruptLabels } from './label-corruption.js';
import type { Optimisation, Schedule } from './adam.js';
import { TrainingOptionError } from './errors.js';
import { OnnxTrainer } from './onnx-trainer.js';
import { TfjsTrainer } from './tfjs-trainer.js';
import { batchIndices, evenSample, gather, type LabelledImages } from './training-set.js';

const RIVAL_IMAGES = 500;

export interface ExampleCnnOptions {
  readonly network?: ExampleNetworkOptions;
  readonly train: LabelledImages;
  /** Share of the training labels that are replaced by classes drawn at random, 0 … 1; the same for one `corruptionSeed`. */
  readonly corruption?: number;
  /** Default: `seed`. */
  readonly corruptionSeed?: number;
  readonly heldOut?: LabelledImages;
  /** Where `step-0000.onnx` … (of tfjs `step-0000/model.json` …) and `log.csv` go. The log is written last: it stands for a whole training. */
  readonly folder: string;
  /** Decides the first weights and the order of the images. */
  readonly seed?: number;
  readonly steps?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  /** Default cosine: the rate falls to zero at the last step. */
  readonly schedule?: Schedule;
  /** Decay of weights apart from the gradient, as AdamW has it; of onnxruntime alone. Default 0. */
  readonly weightDecay?: number;
  /**
   * Stops after the first epoch at whose end the loss on the training images is at most this, nats, with a snapshot there; at
   * `steps` otherwise. Default: never before `steps`.
   */
  readonly stopAtLoss?: number;
  /** Steps at which the model is saved. Default: 0, 1, 2, 4 … and the last. */
  readonly snapshotSteps?: readonly number[];
  /** At most this many images of each set are evaluated at a snapshot. */
  readonly evaluationImages?: number;
  /** Measures rivals of feature entropy at each snapshot, on at most 500 training images, into the log; of onnxruntime alone. */
  readonly rivals?: boolean;
  /** Default onnxruntime; the others write models of tfjs. */
  readonly backend?: Exclude<Backend, 'auto'>;
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
  /** null where they were not asked for. */
  readonly rivals: Rivals | null;
}

/** 0, 1, 2, 4, 8 … and the last step: most of what happens in a training happens early. */
export function logarithmicSteps(steps: number): number[] {
  const found = [0];
  for (let step = 1; step < steps; step *= 2) found.push(step);
  return [...found, steps];
}

/**
 * Trains the example CNN (convolutions of 14×14 maps, a head, 10 classes) and saves it along the way, with a log that a
 * sweep spec reads as metadata. Enough steps on corrupted labels are a memorisation run. The
 * same options give the same bytes on one backend and CPU. Throws TrainingOptionError.
 */
export async function trainExampleCnn(options: ExampleCnnOptions): Promise<Snapshot[]> {
  const { heldOut, folder, seed = 0, steps = 512, batchSize = 64 } = options;
  const optimisation = optimisationOf(options, steps);
  const { stopAtLoss = -Infinity } = options;
  const { corruption = 0, corruptionSeed = seed } = options;
  const { images, labels } = options.train;
  const train = { images, labels: corruptLabels(labels, corruption, corruptionSeed, CLASSES) };
  const snapshotSteps = new Set(options.snapshotSteps ?? logarithmicSteps(steps));
  const network = exampleNetwork(options.network);
  const trainer = await trainerOf(options.backend ?? 'onnxruntime', network, seed, optimisation);
  const batches = batchIndices(train.labels.length, batchSize, seed);
  const limit = options.evaluationImages ?? 2000;
  const trainSample = evenSample(train, limit);
  const heldOutSample = heldOut && evenSample(heldOut, limit);
  const epoch = Math.max(1, Math.ceil(train.labels.length / batchSize));
  const isFitted = async (): Promise<boolean> =>
    stopAtLoss > -Infinity && (await trainer.evaluate(trainSample)).loss <= stopAtLoss;
  const snapshots: Snapshot[] = [];
  await mkdir(folder, { recursive: true });

  const snapshot = async (step: number): Promise<void> => {
    const path = await trainer.save(folder, `step-${String(step).padStart(4, '0')}`);
    const onTrain = await trainer.evaluate(trainSample);
    const onHeldOut = heldOutSample && (await trainer.evaluate(heldOutSample));
    const taken = {
      step,
      path,
      ...onTrain,
      heldOutLoss: onHeldOut?.loss ?? null,
      heldOutAccuracy: onHeldOut?.accuracy ?? null,
      rivals: options.rivals === true ? await rivals(trainer, train, seed) : null,
    };
    snapshots.push(taken);
    options.onSnapshot?.(taken);
  };

  try {
    if (snapshotSteps.has(0)) await snapshot(0);
    for (let step = 1; step <= steps; step++) {
      const loss = await trainer.step(gather(train, batches.next().value));
      options.onStep?.(step, steps, loss);
      const isOver = step % epoch === 0 && (await isFitted());
      if (isOver || snapshotSteps.has(step)) await snapshot(step);
      if (isOver) break;
      // Lets signals and timers of the host in between two steps.
      await new Promise(setImmediate);
    }
  } finally {
    await trainer.dispose();
  }
  await writeFile(join(folder, 'log.csv'), trainingLog(snapshots, { seed, corruption }));
  return snapshots;
}

async function rivals(trainer: ExampleTrainer, train: LabelledImages, seed: number): Promise<Rivals> {
  if (!(trainer instanceof OnnxTrainer))
    throw new TrainingOptionError('rivals: expected the backend onnxruntime, found another');
  const sample = evenSample(train, RIVAL_IMAGES);
  const { loss } = await trainer.evaluate(sample);
  return await rivalsOf(trainer, sample, loss, seed);
}

async function trainerOf(
  backend: Exclude<Backend, 'auto'>,
  network: ExampleNetwork,
  seed: number,
  optimisation: Optimisation,
): Promise<ExampleTrainer> {
  return backend === 'onnxruntime'
    ? await OnnxTrainer.create(network, seed, optimisation)
    : await TfjsTrainer.create(backend, network, seed, optimisation);
}

/** Throws TrainingOptionError. */
function optimisationOf(options: ExampleCnnOptions, steps: number): Optimisation {
  const { learningRate = 0.01, weightDecay = 0, schedule = 'cosine' } = options;
  if (!(learningRate > 0))
    throw new TrainingOptionError(`learning rate: expected a number above 0, found ${learningRate}`);
  if (!(weightDecay >= 0))
    throw new TrainingOptionError(`weight decay: expected a number from 0, found ${weightDecay}`);
  return { rate: learningRate, steps, schedule, weightDecay };
}

/** One row a snapshot; `settings` are the same in all of them. */
function trainingLog(snapshots: readonly Snapshot[], settings: Readonly<Record<string, number>>): string {
  const heldOut = snapshots.some((snapshot) => snapshot.heldOutLoss !== null);
  const rivals = snapshots.some((snapshot) => snapshot.rivals !== null) ? RIVALS : [];
  const header = [
    'step',
    'loss',
    'accuracy',
    ...(heldOut ? ['held_out_loss', 'held_out_accuracy'] : []),
    ...rivals,
  ];
  const rows = snapshots.map((snapshot) => [
    snapshot.step,
    snapshot.loss,
    snapshot.accuracy,
    ...(heldOut ? [snapshot.heldOutLoss, snapshot.heldOutAccuracy] : []),
    ...rivals.map((name) => snapshot.rivals?.[name]),
    ...Object.values(settings),
  ]);
  return [[...header, ...Object.keys(settings)], ...rows].map((row) => `${row.join(',')}\n`).join('');
}
