import { expect, test } from 'vitest';
import { ScoresNotFiniteError } from '../src/errors.ts';
import { imageOutcome } from '../src/image-outcome.ts';

test('loss is the cross-entropy of the softmax, without overflow', () => {
  const { loss } = imageOutcome(Float32Array.of(1, 2, 3), 0, 'a');
  expect(loss).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 1, 12);
  expect(imageOutcome(Float32Array.of(1000, 0), 1, 'a').loss).toBe(1000);
});

test('of equal scores the class that comes first wins', () => {
  const scores = Float32Array.of(5, 5, 7, 5);
  expect([0, 1, 2, 3].map((right) => imageOutcome(scores, right, 'a').ahead)).toEqual([1, 2, 0, 3]);
});

test('scores that are no numbers are refused with the image', () => {
  expect(() => imageOutcome(Float32Array.of(NaN, 1), 1, '7/img3')).toThrow(ScoresNotFiniteError);
  expect(() => imageOutcome(Float32Array.of(Infinity, 1), 1, '7/img3')).toThrow('image 7/img3');
});
