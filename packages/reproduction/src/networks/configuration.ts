import type { ExampleNetworkOptions } from '@unitscope/training';

/** One architecture among those that every claim is asked of. */
export interface Configuration {
  readonly head: 'pooling' | 'flatten';
  readonly norm: 'plain' | 'norm';
}

export const CONFIGURATIONS: readonly Configuration[] = [
  { head: 'pooling', norm: 'plain' },
  { head: 'pooling', norm: 'norm' },
  { head: 'flatten', norm: 'plain' },
  { head: 'flatten', norm: 'norm' },
];

/** As folders and metadata call it. */
export function nameOf({ head, norm }: Configuration): string {
  return `${head}-${norm}`;
}

/** As charts and tables call it. */
export function titleOf({ head, norm }: Configuration): string {
  return `${head} head, ${norm === 'norm' ? 'batch norm' : 'no norm'}`;
}

/** Convolutions of the networks: five, all with maps of 14×14. */
const FILTERS = [16, 16, 24, 24, 32];
const HIDDEN = 128;

export const LAYERS: readonly string[] = FILTERS.map((_, index) => `conv${index + 1}`);

export function networkOptions(
  { head, norm }: Configuration,
  activation: NonNullable<ExampleNetworkOptions['activation']> = 'relu',
): ExampleNetworkOptions {
  return { filters: FILTERS, hidden: HIDDEN, head, batchNorm: norm === 'norm', activation };
}

/** How a configuration is trained. Found by trial on training accuracy alone, before any entropy was looked at. */
export interface TrainingLength {
  readonly learningRate: number;
  /** With the true labels. */
  readonly steps: number;
  /** Until even random labels are learned by heart. */
  readonly memorisationSteps: number;
}

const LENGTHS: Readonly<Record<string, TrainingLength>> = {
  'pooling-plain': { learningRate: 0.004, steps: 1024, memorisationSteps: 1800 },
  'pooling-norm': { learningRate: 0.01, steps: 512, memorisationSteps: 900 },
  'flatten-plain': { learningRate: 0.003, steps: 256, memorisationSteps: 300 },
  'flatten-norm': { learningRate: 0.004, steps: 256, memorisationSteps: 220 },
};

export function trainingLength(configuration: Configuration): TrainingLength {
  const length = LENGTHS[nameOf(configuration)];
  if (length === undefined) throw new RangeError(`no training length for ${nameOf(configuration)}`);
  return length;
}
