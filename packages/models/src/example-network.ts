import type * as Layers from '@tensorflow/tfjs-layers';
import { TrainingOptionError } from './errors.js';
import { SIDE } from './training-set.js';

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
  /** Default relu. */
  readonly activation?: (typeof EXAMPLE_ACTIVATIONS)[number];
}

const FILTERS = [16, 24, 24, 32];
const TFJS_NAMES = { relu: 'relu', relu6: 'relu6', silu: 'swish' } as const;
/** A training of some hundred steps is over before the default of 0.99 has forgotten the first ones. */
const NORM_MOMENTUM = 0.9;

/**
 * Convolutions whose maps are all 14×14, so that layers compare, a head and 10 classes. Layers are called conv1, conv2 …
 * (with batch norm also conv1_norm, conv1_act …), hidden and logits. Throws TrainingOptionError.
 */
export function exampleNetwork(
  tfl: typeof Layers,
  seed: number,
  options: ExampleNetworkOptions = {},
): Layers.Sequential {
  const { filters = FILTERS, head = 'pooling', hidden = 0, batchNorm = false, activation = 'relu' } = options;
  if (filters.length === 0 || !filters.every((count) => Number.isSafeInteger(count) && count > 0)) {
    throw new TrainingOptionError(
      `filters: expected whole numbers from 1, one a convolution, found [${filters.join(', ')}]`,
    );
  }
  const init = (layer: number) => tfl.initializers.heNormal({ seed: seed * 100 + layer });
  const name = TFJS_NAMES[activation];
  const layers = filters.flatMap((count, index) => {
    const place = `conv${index + 1}`;
    const convolution = tfl.layers.conv2d({
      name: place,
      filters: count,
      kernelSize: index === 0 ? 5 : 3,
      strides: index === 0 ? 2 : 1,
      padding: 'same',
      activation: batchNorm ? 'linear' : name,
      kernelInitializer: init(index + 1),
      ...(index === 0 && { inputShape: [SIDE, SIDE, 1] }),
    });
    if (!batchNorm) return [convolution];
    return [
      convolution,
      tfl.layers.batchNormalization({ name: `${place}_norm`, momentum: NORM_MOMENTUM }),
      tfl.layers.activation({ name: `${place}_act`, activation: name }),
    ];
  });
  const dense = filters.length + 1;
  return tfl.sequential({
    name: 'example_cnn',
    layers: [
      ...layers,
      head === 'pooling'
        ? tfl.layers.globalAveragePooling2d({ name: 'pool' })
        : tfl.layers.flatten({ name: 'flatten' }),
      ...(hidden > 0
        ? [
            tfl.layers.dense({
              name: 'hidden',
              units: hidden,
              activation: 'relu',
              kernelInitializer: init(dense + 1),
            }),
          ]
        : []),
      tfl.layers.dense({ name: 'logits', units: CLASSES, kernelInitializer: init(dense) }),
    ],
  });
}
