import { TrainingOptionError } from './errors.js';
import { seededNormals } from '@unitscope/base';
import { SIDE } from './training-set.js';
import type { FloatTensor } from './onnx-writer.js';

export const CLASSES = 10;

/** What becomes of the last maps: their means, or all their values, before the dense layers. */
export const EXAMPLE_HEADS = ['pooling', 'flatten'] as const;
export const EXAMPLE_ACTIVATIONS = ['relu', 'relu6', 'silu'] as const;

export interface ExampleNetworkOptions {
  /** Filters of the convolutions, in their order. Default 16, 24, 24, 32. */
  readonly filters?: readonly number[];
  /** Default pooling. */
  readonly head?: (typeof EXAMPLE_HEADS)[number];
  /** Units of a dense layer with ReLU between head and logits; 0 (the default): none. */
  readonly hidden?: number;
  /** Batch norm between each convolution and its activation. Default false. */
  readonly batchNorm?: boolean;
  /**
   * Convolutions, from 1, after which a max pooling of 2×2 halves the maps; then no convolution has a stride, and the maps
   * begin at 28×28. Default: none, the first convolution halves, and all maps are 14×14.
   */
  readonly maxPool?: readonly number[];
  /** Share of what the logits read that is zeroed in each step of training, 0 … below 1. Default 0. */
  readonly dropout?: number;
  /** Default relu. */
  readonly activation?: (typeof EXAMPLE_ACTIVATIONS)[number];
}

/** A convolution of the example network. */
export interface ExampleConvolution {
  /** conv1, conv2 … */
  readonly name: string;
  readonly inputs: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  /** As ONNX has them: top, left, bottom, right. */
  readonly pads: readonly number[];
  /** Whether a max pooling of 2×2 follows its activation. */
  readonly pooled: boolean;
}

/** A dense layer of it: hidden, logits. */
export interface ExampleDense {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
}

/** Convolutions, whose maps are all 14×14 so that layers compare or halved by max pooling, a head and 10 classes. */
export interface ExampleNetwork {
  readonly convolutions: readonly ExampleConvolution[];
  readonly dense: readonly ExampleDense[];
  readonly head: (typeof EXAMPLE_HEADS)[number];
  /** Side of the maps that the head reads. */
  readonly side: number;
  readonly batchNorm: boolean;
  readonly dropout: number;
  readonly activation: (typeof EXAMPLE_ACTIVATIONS)[number];
}

const FILTERS = [16, 24, 24, 32];
/** A training of some hundred steps is over before the usual 0.99 has forgotten the first ones. */
export const NORM_MOMENTUM = 0.9;
export const NORM_EPSILON = 1e-3;

/** Throws TrainingOptionError. */
export function exampleNetwork(options: ExampleNetworkOptions = {}): ExampleNetwork {
  const { filters = FILTERS, head = 'pooling', hidden = 0, batchNorm = false, activation = 'relu' } = options;
  const { maxPool, dropout = 0 } = options;
  if (filters.length === 0 || !filters.every((count) => Number.isSafeInteger(count) && count > 0)) {
    throw new TrainingOptionError(
      `filters: expected whole numbers from 1, one a convolution, found [${filters.join(', ')}]`,
    );
  }
  if (!(dropout >= 0 && dropout < 1))
    throw new TrainingOptionError(`dropout: expected a share from 0 to below 1, found ${dropout}`);
  const convolutions = filters.map((count, index) => ({
    name: `conv${index + 1}`,
    inputs: index === 0 ? 1 : (filters[index - 1] ?? 0),
    filters: count,
    // Without max pooling the first one halves 28×28.
    ...(index === 0 && maxPool === undefined
      ? { kernel: 5, stride: 2, pads: [1, 1, 2, 2] }
      : { kernel: 3, stride: 1, pads: [1, 1, 1, 1] }),
    pooled: maxPool?.includes(index + 1) ?? false,
  }));
  const side = maxPool === undefined ? SIDE / 2 : pooledSide(maxPool, filters.length);
  const last = filters.at(-1) ?? 0;
  const features = head === 'pooling' ? last : last * side ** 2;
  const dense = [
    ...(hidden > 0 ? [{ name: 'hidden', inputs: features, units: hidden }] : []),
    { name: 'logits', inputs: hidden > 0 ? hidden : features, units: CLASSES },
  ];
  return { convolutions, dense, head, side, batchNorm, dropout, activation };
}

/** Side of the maps after all poolings. Throws TrainingOptionError. */
function pooledSide(maxPool: readonly number[], convolutions: number): number {
  const found = `found [${maxPool.join(', ')}]`;
  const isPlace = (place: number): boolean =>
    Number.isSafeInteger(place) && place > 0 && place <= convolutions;
  if (!maxPool.every(isPlace) || new Set(maxPool).size < maxPool.length) {
    throw new TrainingOptionError(
      `maxPool: expected different convolutions from 1 to ${convolutions}, ${found}`,
    );
  }
  const side = SIDE / 2 ** maxPool.length;
  if (!Number.isInteger(side))
    throw new TrainingOptionError(`maxPool: expected at most 2 of them (28, 14, 7), ${found}`);
  return side;
}

/** Tensors of a network by name: what is learned, and the running statistics of its norms. */
export type Parameters = ReadonlyMap<string, FloatTensor>;

/** First weights after He et al. (2015): normal, variance 2 / inputs; no biases. The seed decides them. */
export function firstParameters(
  { convolutions, dense, batchNorm }: ExampleNetwork,
  seed: number,
): {
  readonly learned: Parameters;
  readonly statistics: Parameters;
} {
  const learned = new Map<string, FloatTensor>();
  const statistics = new Map<string, FloatTensor>();
  const weights = (name: string, dims: readonly number[], inputs: number): void => {
    const values = seededNormals(product(dims), `${seed}/${name}`).map(
      (value) => value * Math.sqrt(2 / inputs),
    );
    learned.set(`${name}.weight`, { dims, values });
  };
  const same = (to: Map<string, FloatTensor>, name: string, count: number, value: number): void => {
    to.set(name, { dims: [count], values: new Float32Array(count).fill(value) });
  };
  for (const { name, inputs, filters, kernel } of convolutions) {
    weights(name, [filters, inputs, kernel, kernel], inputs * kernel ** 2);
    same(learned, `${name}.bias`, filters, 0);
    if (!batchNorm) continue;
    same(learned, `${name}_norm.weight`, filters, 1);
    same(learned, `${name}_norm.bias`, filters, 0);
    same(statistics, `${name}_norm.mean`, filters, 0);
    same(statistics, `${name}_norm.variance`, filters, 1);
  }
  for (const { name, inputs, units } of dense) {
    weights(name, [inputs, units], inputs);
    same(learned, `${name}.bias`, units, 0);
  }
  return { learned, statistics };
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
