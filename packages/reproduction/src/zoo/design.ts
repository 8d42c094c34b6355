import type { ImageSource } from '@unitscope/datasets';
import { HELD_OUT, type TrainingRun } from '../networks/training-run.js';

/** What varies, at two levels each. */
export const FACTORS = ['head', 'depth', 'width', 'rate', 'batch', 'decay', 'dropout', 'norm'] as const;
export type Factor = (typeof FACTORS)[number];

/** As the page calls the levels. Chosen by trial on the training loss alone: networks of all combinations reach it. */
export const LEVELS: Readonly<Record<Factor, readonly [string, string]>> = {
  head: ['flatten', 'pooling'],
  depth: ['3 convolutions', '5 convolutions'],
  width: ['8 to 24 filters', '12 to 36 filters'],
  rate: ['0.01', '0.02'],
  batch: ['25 images', '50 images'],
  decay: ['none', '0.05'],
  dropout: ['none', '0.25'],
  norm: ['none', 'batch norm'],
};

/** How much is done; everything in it changes numbers. */
export interface ZooSettings {
  /** What varies; the rest stays at its first level. */
  readonly factors: readonly Factor[];
  /** Training images a category, and the loss on them (nats) to which all networks are trained. */
  readonly images: number;
  readonly loss: number;
  readonly mostSteps: number;
}

const FULL: ZooSettings = { factors: FACTORS, images: 50, loss: 0.3, mostSteps: 2500 };
/** Sixteen networks: minutes. */
const PILOT: ZooSettings = {
  ...FULL,
  factors: ['head', 'rate', 'dropout', 'norm'],
  images: 30,
  mostSteps: 1500,
};

export function zooSettings(extent: 'quick' | 'full'): ZooSettings {
  return extent === 'full' ? FULL : PILOT;
}

/** One network of the design. */
export interface ZooNetwork {
  /** `head1-rate0-…`: the levels of what varies. */
  readonly name: string;
  /** 0 or 1 for each of the factors that vary. */
  readonly levels: readonly number[];
  readonly lastLayer: string;
  readonly run: TrainingRun;
}

const DEPTHS = [
  [1, 2, 3],
  [1, 2, 2, 3, 3],
] as const;
const WIDTHS = [8, 12] as const;
const HIDDEN = 64;

/** All networks of the full design. */
export function zooDesign(settings: ZooSettings, source: ImageSource): ZooNetwork[] {
  const { factors } = settings;
  return Array.from({ length: 2 ** factors.length }, (_, index) => {
    const levels = factors.map((__, factor) => (index >> factor) & 1);
    const name = factors.map((factor, at) => `${factor}${levels[at] ?? 0}`).join('-');
    const isHigh = (factor: Factor): boolean => levels[factors.indexOf(factor)] === 1;
    const filters = DEPTHS[Number(isHigh('depth')) as 0 | 1].map(
      (times) => times * WIDTHS[Number(isHigh('width')) as 0 | 1],
    );
    const { images, mostSteps, loss } = settings;
    const run: TrainingRun = {
      name: `zoo/${name}`,
      network: {
        filters,
        hidden: HIDDEN,
        head: isHigh('head') ? 'pooling' : 'flatten',
        batchNorm: isHigh('norm'),
        dropout: isHigh('dropout') ? 0.25 : 0,
      },
      replicate: 1,
      seed: index + 1,
      steps: mostSteps,
      snapshotSteps: [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, mostSteps],
      learningRate: isHigh('rate') ? 0.02 : 0.01,
      schedule: 'constant',
      weightDecay: isHigh('decay') ? 0.05 : 0,
      stopAtLoss: loss,
      rivals: true,
      batchSize: isHigh('batch') ? 50 : 25,
      corruption: 0,
      backend: 'onnxruntime',
      source,
      perCategory: images,
      heldOut: HELD_OUT,
    };
    return { name, levels, lastLayer: `conv${filters.length}`, run };
  });
}
