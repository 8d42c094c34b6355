import { expect, it } from 'vitest';
import { errorOf, lowMargin, mixedPairs, movedImages, rivalsOf } from '../src/rivals.ts';

const PIXELS = 784;

it('takes the margin of the image that a tenth of the images lie below', () => {
  // Image i has the right logit at i and all others at 0.
  const labels = Uint8Array.from({ length: 20 }, (_, image) => image % 10);
  const logits = new Float32Array(200);
  labels.forEach((label, image) => (logits[image * 10 + label] = image - 1));
  expect(lowMargin(logits, labels)).toBe(1);
  // Image 0 has its right logit below the others, image 1 among equal ones.
  expect(errorOf(logits, labels)).toBeCloseTo(2 / 20, 12);
});

it('mixes images of one class alone, half and half', () => {
  const labels = Uint8Array.of(3, 3, 7);
  const images = new Float32Array(3 * PIXELS).map((_, i) => [2, 4, 100][Math.floor(i / PIXELS)] ?? 0);
  const mixed = mixedPairs({ images, labels }, 'x');
  expect(mixed.images[2 * PIXELS]).toBe(100);
  for (const image of [0, 1]) expect([2, 3, 4]).toContain(mixed.images[image * PIXELS + 5]);
  expect(mixed.labels).toEqual(labels);
});

it('moves an image by two pixels and lets 0 in', () => {
  const images = new Float32Array(PIXELS).fill(1);
  const moved = movedImages({ images, labels: Uint8Array.of(0) }, 'x');
  expect(moved.reduce((sum, value) => sum + value, 0)).toBe(28 * 26);
});

it('measures norms and the way from the beginning, and the rise of the loss', async () => {
  const tensor = (...values: number[]) => ({ dims: [1, values.length], values: Float32Array.from(values) });
  const found = await rivalsOf(
    {
      logits: (_, count) => Promise.resolve(new Float32Array(count * 10)),
      disturbedLoss: () => Promise.resolve(1.5),
      learned: new Map([
        ['w', tensor(3, 4)],
        ['b', { dims: [1], values: Float32Array.of(12) }],
      ]),
      first: new Map([
        ['w', tensor(0, 0)],
        ['b', { dims: [1], values: Float32Array.of(0) }],
      ]),
    },
    { images: new Float32Array(2 * PIXELS), labels: Uint8Array.of(0, 1) },
    1,
    7,
  );
  expect(found.distance).toBe(13);
  expect(found.log_norm).toBeCloseTo(Math.log(25), 6);
  expect(found.sharpness).toBe(0.5);
  expect(found.margin).toBe(0);
});
