import { expect, it } from 'vitest';
import { Adam, scheduledRate } from '../src/adam.ts';

const one = { rate: 0.1, steps: 100, schedule: 'constant', weightDecay: 0.5 } as const;

it('takes its share off weights and not off biases, apart from the gradient', () => {
  const learned = new Map([
    ['w', { dims: [1, 2], values: Float32Array.of(1, -2) }],
    ['b', { dims: [2], values: Float32Array.of(1, -2) }],
  ]);
  const adam = new Adam(learned, one);
  adam.apply(() => Float32Array.of(0, 0));
  // The first step's rate is a tenth of 0.1: 0.5 × 0.01 of each weight is gone.
  expect([...learned.get('w')!.values]).toEqual([Math.fround(0.995), Math.fround(-1.99)]);
  expect([...learned.get('b')!.values]).toEqual([1, -2]);
});

it('makes the steps of AdamW as Loshchilov and Hutter write them', () => {
  const learned = new Map([['w', { dims: [1, 1], values: Float32Array.of(1) }]]);
  const adam = new Adam(learned, one);
  let [w, m, v] = [1, 0, 0];
  [0.3, -0.2, 0.7].forEach((gradient, step) => {
    adam.apply(() => Float32Array.of(gradient));
    const rate = 0.01 * (step + 1);
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient ** 2;
    w -= rate * 0.5 * w;
    w -= (rate * (m / (1 - 0.9 ** (step + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-7);
  });
  expect(learned.get('w')!.values[0]).toBeCloseTo(w, 6);
});

it('holds a constant rate after the first steps, and lets the cosine fall to zero', () => {
  expect(scheduledRate(one, 0)).toBeCloseTo(0.01, 12);
  expect(scheduledRate(one, 99)).toBe(0.1);
  expect(scheduledRate({ ...one, schedule: 'cosine' }, 50)).toBeCloseTo(0.05, 12);
  expect(scheduledRate({ ...one, schedule: 'cosine' }, 100)).toBeCloseTo(0, 12);
});
