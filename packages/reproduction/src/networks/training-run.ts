import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSource } from '@unitscope/datasets';
import { logarithmicSteps, type ExampleNetworkOptions } from '@unitscope/training';
import { nameOf, networkOptions, seedOf, type Configuration } from './configuration.js';
import type { HyperParameters, Settings } from '../settings.js';

/** One training, as plain data that goes to another process. */
export interface TrainingRun {
  /** `vgg-flatten-plain/clean/seed-1`: its folder below the folder of networks, and how logs and metadata call it. */
  readonly name: string;
  readonly network: ExampleNetworkOptions;
  /** Which network of its condition it is: 1, 2, … */
  readonly replicate: number;
  /** Of first weights and batches, another for every architecture: networks share nothing but their images. */
  readonly seed: number;
  readonly steps: number;
  readonly snapshotSteps: readonly number[];
  readonly learningRate: number;
  readonly schedule?: 'constant';
  readonly weightDecay?: number;
  readonly stopAtLoss?: number;
  /** Whether rivals of feature entropy are measured at its snapshots. */
  readonly rivals?: boolean;
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
export const BATCH = 50;
/** Images a category that nothing is trained on. */
export const HELD_OUT = 100;

export type Activation = NonNullable<ExampleNetworkOptions['activation']>;

/** Steps of an epoch on so many images a category. */
export function epochSteps({ images, classes }: Pick<Settings, 'images' | 'classes'>): number {
  return Math.max(1, Math.ceil((images * classes) / BATCH));
}

/** 0, 1, 2, 4 … within the first epoch; then each √2 times the one before, and the last. */
export function paperSteps(steps: number, epoch: number): number[] {
  const early = logarithmicSteps(Math.min(epoch, steps)).filter((step) => step <= steps);
  const later: number[] = [];
  for (let power = 1; epoch * 2 ** (power / 2) < steps; power++)
    later.push(Math.round(epoch * 2 ** (power / 2)));
  return [...new Set([...early, ...later, steps])];
}

/** What all trainings of one seed of an architecture share. */
function commonRun(source: ImageSource, configuration: Configuration, replicate: number) {
  return {
    network: networkOptions(configuration),
    replicate,
    seed: seedOf(configuration, replicate),
    batchSize: BATCH,
    corruption: 0,
    backend: 'onnxruntime',
    source,
    heldOut: HELD_OUT,
  } as const;
}

/** A training with the true labels; both heads have the same rate, steps and images. */
export function cleanRun(
  source: ImageSource,
  settings: Settings,
  configuration: Configuration,
  replicate: number,
  { activation = 'relu', rate = settings.learningRate }: { activation?: Activation; rate?: number } = {},
): TrainingRun {
  const { images, steps, learningRate } = settings;
  const kind = rate === learningRate ? 'clean' : `rate-${rate}`;
  return {
    ...commonRun(source, configuration, replicate),
    name: `${nameOf(configuration)}/${activation === 'relu' ? kind : activation}/seed-${replicate}`,
    network: networkOptions(configuration, activation),
    steps,
    snapshotSteps: activation === 'relu' ? paperSteps(steps, epochSteps(settings)) : [0, steps],
    learningRate: rate,
    perCategory: images,
  };
}

/** A training until corrupted labels are fitted: to one loss, whatever their share. */
export function corruptedRun(
  source: ImageSource,
  { corrupted, learningRate }: Settings,
  configuration: Configuration,
  replicate: number,
  percent: number,
): TrainingRun {
  return {
    ...commonRun(source, configuration, replicate),
    name: `${nameOf(configuration)}/corrupted-${String(percent).padStart(3, '0')}/seed-${replicate}`,
    steps: corrupted.mostSteps,
    snapshotSteps: [corrupted.mostSteps],
    learningRate,
    schedule: 'constant',
    stopAtLoss: corrupted.loss,
    corruption: percent / 100,
    perCategory: corrupted.images,
  };
}

/** A training of model set A: the true labels, one setting of hyper-parameters. */
export function settingRun(
  source: ImageSource,
  { hyperparameters }: Settings,
  configuration: Configuration,
  replicate: number,
  { name, learningRate, weightDecay, dropout, batchSize, steps }: HyperParameters,
): TrainingRun {
  const common = commonRun(source, configuration, replicate);
  const most = Math.min(steps, hyperparameters.mostSteps);
  return {
    ...common,
    name: `${nameOf(configuration)}/setting-${name}/seed-${replicate}`,
    network: { ...common.network, dropout },
    steps: most,
    snapshotSteps: [most],
    learningRate,
    weightDecay,
    batchSize,
    perCategory: hyperparameters.images,
  };
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
