import type * as Layers from '@tensorflow/tfjs-layers';
import { NORM_MOMENTUM, type ExampleNetwork } from './example-network.js';
import { SIDE } from './training-set.js';

const TFJS_NAMES = { relu: 'relu', relu6: 'relu6', silu: 'swish' } as const;

/** The example network as a model of tfjs. Its layers are called conv1, conv2 … (with batch norm also conv1_norm, conv1_act …), hidden and logits. */
export function tfjsNetwork(
  tfl: typeof Layers,
  seed: number,
  { convolutions, dense, head, batchNorm, activation }: ExampleNetwork,
): Layers.Sequential {
  const init = (layer: number) => tfl.initializers.heNormal({ seed: seed * 100 + layer });
  const name = TFJS_NAMES[activation];
  const layers = convolutions.flatMap(({ name: place, filters, kernel, stride, pooled }, index) => {
    const convolution = tfl.layers.conv2d({
      name: place,
      filters,
      kernelSize: kernel,
      strides: stride,
      padding: 'same',
      activation: batchNorm ? 'linear' : name,
      kernelInitializer: init(index + 1),
      ...(index === 0 && { inputShape: [SIDE, SIDE, 1] }),
    });
    return [
      convolution,
      ...(batchNorm
        ? [
            tfl.layers.batchNormalization({ name: `${place}_norm`, momentum: NORM_MOMENTUM }),
            tfl.layers.activation({ name: `${place}_act`, activation: name }),
          ]
        : []),
      ...(pooled ? [tfl.layers.maxPooling2d({ name: `${place}_pool`, poolSize: 2, strides: 2 })] : []),
    ];
  });
  return tfl.sequential({
    name: 'example_cnn',
    layers: [
      ...layers,
      head === 'pooling'
        ? tfl.layers.globalAveragePooling2d({ name: 'pool' })
        : tfl.layers.flatten({ name: 'flatten' }),
      ...dense.map(({ name: place, units }, index) =>
        tfl.layers.dense({
          name: place,
          units,
          activation: place === 'logits' ? 'linear' : 'relu',
          kernelInitializer: init(convolutions.length + index + 1),
        }),
      ),
    ],
  });
}
