import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSource } from '@unitscope/datasets';
import { logarithmicSteps, type ExampleNetworkOptions } from '@unitscope/training';
import {
  CONFIGURATIONS,
  nameOf,
  networkOptions,
  trainingLength,
  type Configuration,
} from './configuration.js';
import type { Settings } from '../settings.js';

/** One training, as plain data that goes to another process. */
export interface TrainingRun {
  /** `pooling-plain/clean/seed-1`: its folder below the folder of networks, and how logs and metadata call it. */
  readonly name: string;
  readonly network: ExampleNetworkOptions;
  /** Which network of its architecture it is: 1, 2, … */
  readonly replicate: number;
  /** Of first weights and batches, another for every architecture: networks share nothing but their images. */
  readonly seed: number;
  readonly steps: number;
  readonly snapshotSteps: readonly number[];
  readonly learningRate: number;
  readonly batchSize: number;
  /** Share of corrupted labels, 0 … 1. */
  readonly corruption: number;
  /** What trains, and so the format of its networks. */
  readonly backend: 'onnxruntime';
  readonly source: ImageSource;
  readonly perCategory: number;
  readonly heldOut: number;
}

/** The file that stands for a whole training; it holds the run. */
export const RUN_FILE = 'training.json';
const BATCH = 50;
const HELD_OUT = 100;

export type Activation = NonNullable<ExampleNetworkOptions['activation']>;

/** A training with the true labels; snapshots at 0, 1, 2, 4 … and the last step. */
export function cleanRun(
  source: ImageSource,
  { images, mostSteps }: Settings,
  configuration: Configuration,
  replicate: number,
  activation: Activation = 'relu',
): TrainingRun {
  const { learningRate, steps: length } = trainingLength(configuration);
  const steps = Math.min(length, mostSteps);
  const kind = activation === 'relu' ? 'clean' : activation;
  return {
    name: `${nameOf(configuration)}/${kind}/seed-${replicate}`,
    network: networkOptions(configuration, activation),
    replicate,
    seed: seedOf(configuration, replicate),
    steps,
    snapshotSteps: activation === 'relu' ? logarithmicSteps(steps) : [0, steps],
    learningRate,
    batchSize: BATCH,
    corruption: 0,
    backend: 'onnxruntime',
    source,
    perCategory: images,
    heldOut: HELD_OUT,
  };
}

/** A training that goes on until corrupted labels are learned by heart; those of a configuration are equally long. */
export function memorisationRun(
  source: ImageSource,
  { memorisation, mostSteps }: Settings,
  configuration: Configuration,
  replicate: number,
  percent: number,
): TrainingRun {
  const { learningRate, memorisationSteps } = trainingLength(configuration);
  const steps = Math.min(memorisationSteps, mostSteps);
  return {
    name: `${nameOf(configuration)}/corrupted-${String(percent).padStart(3, '0')}/seed-${replicate}`,
    network: networkOptions(configuration),
    replicate,
    seed: seedOf(configuration, replicate),
    steps,
    snapshotSteps: [steps],
    learningRate,
    batchSize: BATCH,
    corruption: percent / 100,
    backend: 'onnxruntime',
    source,
    perCategory: memorisation.images,
    heldOut: HELD_OUT,
  };
}

function seedOf(configuration: Configuration, replicate: number): number {
  const index = CONFIGURATIONS.findIndex((other) => nameOf(other) === nameOf(configuration));
  return 1000 * (index + 1) + replicate;
}

/** Path of a snapshot below the folder of networks. */
export function snapshotPath({ name }: TrainingRun, step: number): string {
  return join(name, `step-${String(step).padStart(4, '0')}.onnx`);
}

/** Whether the networks of this very run are there. */
export async function isTrained(networks: string, run: TrainingRun): Promise<boolean> {
  const text = await readFile(join(networks, run.name, RUN_FILE), 'utf8').catch(() => null);
  return text === JSON.stringify(run);
}
