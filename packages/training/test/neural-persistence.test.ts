import { expect, it } from 'vitest';
import { neuralPersistence } from '../src/neural-persistence.ts';

const dense = (inputs: number, units: number, ...values: number[]) => ({
  dims: [inputs, units],
  values: Float32Array.from(values),
});

it('adds what the maximum spanning tree lacks of the largest weight', () => {
  // Two inputs, two units: 4 joins first, then −2, then 1; 0.4 closes a ring.
  const found = neuralPersistence(dense(2, 2, 4, 1, 0.4, -2));
  expect(found).toBeCloseTo(Math.sqrt((0 + 0.5 ** 2 + 0.75 ** 2) / 3), 6);
});

it('takes filters of a convolution for one side, all that they read for the other', () => {
  const weights = { dims: [2, 1, 1, 2], values: Float32Array.of(4, 0.4, 1, -2) };
  // As a dense layer of two inputs and two units with its weights the other way round.
  expect(neuralPersistence(weights)).toBeCloseTo(neuralPersistence(dense(2, 2, 4, 1, 0.4, -2)), 12);
});

it('is 0 where all weights are alike or 0, and grows where few stand out', () => {
  expect(neuralPersistence(dense(3, 2, 1, 1, -1, 1, 1, 1))).toBe(0);
  expect(neuralPersistence(dense(2, 2, 0, 0, 0, 0))).toBe(0);
  const one = neuralPersistence(dense(2, 2, 10, 0.1, 0.1, 0.1));
  expect(one).toBeGreaterThan(0.8);
  expect(one).toBeLessThanOrEqual(1);
});
