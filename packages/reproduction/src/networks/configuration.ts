import type { ExampleNetworkOptions } from '@unitscope/training';
import type { Condition } from '../claims/condition.js';

/** One architecture. */
export interface Configuration {
  /** vgg: halved by max pooling, as the paper's VGG16; equal: all maps 14×14, so that layers compare. */
  readonly maps: 'vgg' | 'equal';
  readonly head: 'pooling' | 'flatten';
  readonly norm: 'plain' | 'norm';
}

/** What the paper asks about, and the same convolutions with the other head. */
export const PAPER_CONFIGURATIONS: readonly Configuration[] = [
  { maps: 'vgg', head: 'flatten', norm: 'plain' },
  { maps: 'vgg', head: 'pooling', norm: 'plain' },
];

/** Looked at beside them, without a verdict. */
export const EXPLORED_CONFIGURATIONS: readonly Configuration[] = [
  { maps: 'equal', head: 'flatten', norm: 'plain' },
  { maps: 'equal', head: 'flatten', norm: 'norm' },
  { maps: 'equal', head: 'pooling', norm: 'plain' },
  { maps: 'equal', head: 'pooling', norm: 'norm' },
];

const ALL = [...PAPER_CONFIGURATIONS, ...EXPLORED_CONFIGURATIONS];

/** As folders and metadata call it. */
export function nameOf({ maps, head, norm }: Configuration): string {
  return `${maps}-${head}-${norm}`;
}

/** As charts and tables call it. */
export function titleOf({ maps, head, norm }: Configuration): string {
  const kind = maps === 'vgg' ? 'VGG-like' : 'equal maps';
  return `${kind}, ${head} head${norm === 'norm' ? ', batch norm' : ''}`;
}

/** The condition of an architecture as a claim names it; `detail` is what sets it apart from others of that architecture. */
export function conditionOf(
  configuration: Configuration,
  detail = '',
  unmet: string | null = null,
): Condition {
  const isPaper = PAPER_CONFIGURATIONS.some((other) => nameOf(other) === nameOf(configuration));
  return {
    name: `${titleOf(configuration)}${detail === '' ? '' : `, ${detail}`}`,
    asked: isPaper ? 'paper' : 'explored',
    unmet,
  };
}

/** Whole numbers of their own for every architecture: networks share nothing but their images. */
export function seedOf(configuration: Configuration, replicate: number): number {
  return 1000 * (1 + ALL.findIndex((other) => nameOf(other) === nameOf(configuration))) + replicate;
}

const VGG_FILTERS = [8, 8, 16, 24, 24];
const EQUAL_FILTERS = [16, 16, 24, 24, 32];
/** After the second convolution and the last: maps of 28×28, then 14×14; what the head reads is 7×7. */
const POOLED = [2, 5];
const HIDDEN = { vgg: 64, equal: 128 };

export const LAYERS: readonly string[] = VGG_FILTERS.map((_, index) => `conv${index + 1}`);
export const LAST_LAYER = `conv${VGG_FILTERS.length}`;

export function networkOptions(
  { maps, head, norm }: Configuration,
  activation: NonNullable<ExampleNetworkOptions['activation']> = 'relu',
): ExampleNetworkOptions {
  return {
    filters: maps === 'vgg' ? VGG_FILTERS : EQUAL_FILTERS,
    hidden: HIDDEN[maps],
    head,
    batchNorm: norm === 'norm',
    activation,
    ...(maps === 'vgg' && { maxPool: POOLED }),
  };
}
