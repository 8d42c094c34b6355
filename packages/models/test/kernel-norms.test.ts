import { expect, it } from 'vitest';
import { onnxChannelNorms } from '../src/kernel-norms.ts';

it('sums each unit of a transposed convolution over the inputs of its own group', () => {
  // [in = 4, out / groups = 3, 1, 1] in two groups: units 0 to 2 read inputs 0 and 1, units 3 to 5 inputs 2 and 3.
  const kernel = Float32Array.of(1, 2, 3, 10, 20, 30, -4, 5, -6, 40, -50, 60);
  expect([...onnxChannelNorms(kernel, [4, 3, 1, 1], 'transposed', 6)!]).toEqual([11, 22, 33, 44, 55, 66]);
  // One group: every unit reads all inputs.
  expect([...onnxChannelNorms(kernel, [4, 3, 1, 1], 'transposed', 3)!]).toEqual([55, 77, 99]);
  expect(onnxChannelNorms(kernel, [4, 3, 1, 1], 'transposed', 5)).toBeNull();
});

it('sums the kernel of each unit of a grouped convolution', () => {
  const kernel = Float32Array.of(1, -2, 3, 4, 5, -6, 7, 8);
  expect([...onnxChannelNorms(kernel, [4, 2, 1, 1], 'grouped', 4)!]).toEqual([3, 7, 11, 15]);
});
