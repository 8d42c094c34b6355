import {
  EXPLORED_CONFIGURATIONS,
  PAPER_CONFIGURATIONS,
  type Configuration,
} from './networks/configuration.js';

/** A setting of hyper-parameters of model set A. */
export interface HyperParameters {
  /** As folders and metadata call it. */
  readonly name: string;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly dropout: number;
  readonly batchSize: number;
  readonly steps: number;
}

/** How much is done. Everything in it changes numbers; the page prints it. */
export interface Settings {
  readonly extent: 'quick' | 'full';
  /** Networks a condition, each from a seed of its own: the unit of replication. */
  readonly seeds: number;
  /** Those of the paper first. */
  readonly configurations: readonly Configuration[];
  /** Training images a category; the same ones are measured. */
  readonly images: number;
  /** Categories of the images: with `images` the length of an epoch. */
  readonly classes: number;
  /** Steps and rate of all trainings with true labels; the trend is asked at another rate too. */
  readonly steps: number;
  readonly learningRate: number;
  readonly otherRate: number;
  /** Model set A. */
  readonly hyperparameters: {
    readonly configurations: readonly Configuration[];
    readonly images: number;
    readonly mostSteps: number;
    readonly settings: readonly HyperParameters[];
  };
  /** Model set B. */
  readonly corrupted: {
    readonly configurations: readonly Configuration[];
    readonly images: number;
    /** Shares of corrupted labels in percent, ascending. */
    readonly shares: readonly number[];
    /** Training loss that all networks are trained to, nats, and the steps after which it is given up. */
    readonly loss: number;
    readonly mostSteps: number;
  };
  /** Random initialisations that a unit is compared with. */
  readonly randomNetworks: number;
  readonly rescaling: {
    readonly layers: readonly string[];
    readonly factors: readonly number[];
    /** Architectures that are trained with ReLU6 and SiLU too. */
    readonly bent: readonly Configuration[];
  };
  readonly ablation: {
    readonly layers: readonly string[];
    readonly steps: number;
  };
  readonly curve: {
    /** Images a category that are measured; halves of them are compared. */
    readonly images: number;
    readonly sizes: readonly number[];
  };
}

const [FLATTEN, POOLING] = PAPER_CONFIGURATIONS as [Configuration, Configuration];

/** Chosen by held-out accuracy alone, so that the settings generalize differently; before any entropy was looked at. */
const SET_A: readonly HyperParameters[] = [
  { name: 'decay-dropout', learningRate: 0.003, weightDecay: 0.3, dropout: 0.5, batchSize: 50, steps: 300 },
  { name: 'plain', learningRate: 0.003, weightDecay: 0, dropout: 0, batchSize: 50, steps: 300 },
  { name: 'small-batch', learningRate: 0.01, weightDecay: 0, dropout: 0, batchSize: 10, steps: 300 },
  { name: 'low-rate', learningRate: 0.0005, weightDecay: 0, dropout: 0, batchSize: 50, steps: 300 },
];

const FULL: Settings = {
  extent: 'full',
  seeds: 5,
  configurations: [...PAPER_CONFIGURATIONS, ...EXPLORED_CONFIGURATIONS],
  images: 100,
  classes: 10,
  steps: 1024,
  learningRate: 0.004,
  otherRate: 0.001,
  hyperparameters: { configurations: [FLATTEN, POOLING], images: 50, mostSteps: Infinity, settings: SET_A },
  corrupted: {
    configurations: [FLATTEN, POOLING],
    images: 50,
    shares: [20, 40, 60, 80],
    loss: 0.05,
    mostSteps: 4000,
  },
  randomNetworks: 100,
  rescaling: { layers: ['conv1', 'conv3', 'conv5'], factors: [0.25, 2, 3], bent: [FLATTEN, POOLING] },
  ablation: { layers: ['conv5'], steps: 6 },
  curve: { images: 400, sizes: [10, 20, 30, 50, 75, 100, 150, 200] },
};

const QUICK: Settings = {
  ...FULL,
  extent: 'quick',
  seeds: 3,
  configurations: PAPER_CONFIGURATIONS,
  steps: 240,
  hyperparameters: { ...FULL.hyperparameters, configurations: [FLATTEN], mostSteps: 200 },
  corrupted: { ...FULL.corrupted, images: 30, shares: [20, 80], mostSteps: 1200 },
  randomNetworks: 12,
  rescaling: { layers: ['conv3'], factors: [0.25, 3], bent: [FLATTEN] },
  ablation: { layers: ['conv5'], steps: 4 },
  curve: { images: 200, sizes: [10, 20, 30, 50, 75, 100] },
};

/** `seeds` left out: as many as the extent has. */
export function settingsOf(extent: Settings['extent'], seeds?: number): Settings {
  const base = extent === 'full' ? FULL : QUICK;
  return { ...base, seeds: seeds ?? base.seeds };
}
