import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// Registers the gradients, as it does where the example CNN is trained.
import '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { tensorBackend } from '../../src/tfjs/tensor-backend.ts';
import { numbers } from '../numbers.ts';

interface Case {
  size: number;
  kernel: [number, number];
  strides: number | [number, number];
  pad: 'same' | 'valid' | number;
}

const cases: Case[] = [
  { size: 8, kernel: [3, 3], strides: 1, pad: 'same' },
  { size: 9, kernel: [5, 5], strides: 2, pad: 'same' },
  { size: 10, kernel: [3, 3], strides: 2, pad: 'same' },
  { size: 10, kernel: [3, 2], strides: [3, 2], pad: 'valid' },
  { size: 7, kernel: [2, 4], strides: 1, pad: 'same' },
  { size: 7, kernel: [3, 3], strides: 2, pad: 1 },
];

function gradients({ size, kernel, strides, pad }: Case): { dx: ArrayLike<number>; dw: ArrayLike<number> } {
  return tf.tidy(() => {
    const x = tf.tensor4d(numbers(2 * size * size * 3, 1), [2, size, size, 3]);
    const w = tf.tensor4d(numbers(kernel[0] * kernel[1] * 3 * 4, 2), [...kernel, 3, 4]);
    const conv = (image: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2d(image, filter, strides, pad);
    const shape = conv(x, w).shape;
    const dy = tf.tensor4d(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        3,
      ),
      shape,
    );
    const [dx, dw] = tf.grads((image, filter) => conv(image as tf.Tensor4D, filter as tf.Tensor4D))(
      [x, w],
      dy,
    );
    return { dx: dx!.dataSync(), dw: dw!.dataSync() };
  });
}

describe('gradients of conv2d on the wasm backend', () => {
  it.each(cases)('equal those of the plain backend for %o', async (convolution) => {
    await tf.setBackend('cpu');
    const expected = gradients(convolution);
    await (await tensorBackend('wasm')).use();
    const found = gradients(convolution);
    for (const part of ['dx', 'dw'] as const) {
      expect(found[part].length).toBe(expected[part].length);
      for (let at = 0; at < expected[part].length; at++) {
        expect(found[part][at]).toBeCloseTo(expected[part][at]!, 4);
      }
    }
  });
});
