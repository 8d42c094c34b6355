import type * as Layers from '@tensorflow/tfjs-layers';
import { SIDE } from './training-set.js';

export const CLASSES = 10;

/**
 * Four convolutions whose maps are all 14×14, so that layers compare, and a global-average-pooling head.
 * About a minute of training on one core of the wasm backend.
 */
export function exampleCnn(tfl: typeof Layers, seed: number): Layers.Sequential {
  const init = (layer: number) => tfl.initializers.heNormal({ seed: seed * 100 + layer });
  const convolution = (index: number, filters: number, first: object) =>
    tfl.layers.conv2d({
      name: `conv${index}`,
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: init(index),
      ...first,
    });
  return tfl.sequential({
    name: 'example_cnn',
    layers: [
      convolution(1, 16, { kernelSize: 5, strides: 2, inputShape: [SIDE, SIDE, 1] }),
      convolution(2, 24, {}),
      convolution(3, 24, {}),
      convolution(4, 32, {}),
      tfl.layers.globalAveragePooling2d({ name: 'pool' }),
      tfl.layers.dense({ name: 'logits', units: CLASSES, kernelInitializer: init(5) }),
    ],
  });
}
