import { expect, it } from 'vitest';
import { spectralExponent, tailExponent } from '../src/spectral-exponent.ts';

const GOLDEN = 0.6180339887498949;

/** Weights that any program can make again: the fractions of (i + 1) φ, less ½, divided by 1 + i mod 7. */
function layer(...dims: number[]) {
  const count = dims.reduce((product, side) => product * side, 1);
  const values = Float32Array.from(
    { length: count },
    (_, i) => ((((i + 1) * GOLDEN) % 1) - 0.5) / (1 + (i % 7)),
  );
  return { dims, values };
}

// Expected values: WWFit of weightwatcher 0.7.7 over the squares of numpy's singular values.
const CONVOLUTION = 2.0646272223605964;
const DENSE = 2.0487250843220703;

it('fits the tail of the eigenvalues as weightwatcher does', () => {
  expect(spectralExponent([layer(12, 8, 3, 3)])).toBeCloseTo(CONVOLUTION, 9);
  expect(spectralExponent([layer(100, 30)])).toBeCloseTo(DENSE, 9);
});

it('is the mean over layers with enough eigenvalues', () => {
  const few = layer(8, 1, 3, 3);
  expect(spectralExponent([few, layer(12, 8, 3, 3), layer(100, 30)])).toBeCloseTo(
    (CONVOLUTION + DENSE) / 2,
    9,
  );
  expect(spectralExponent([few])).toBeNaN();
});

it('begins the tail where a power law fits best', () => {
  const values = Array.from({ length: 59 }, (_, i) => 1 + (((i + 1) * GOLDEN) % 1) ** -0.5);
  expect(tailExponent(values)).toBeCloseTo(4.38939552925433, 9);
});
