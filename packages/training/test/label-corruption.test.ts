import { expect, it } from 'vitest';
import { corruptLabels } from '../src/label-corruption.ts';

const labels = Uint8Array.from({ length: 1000 }, (_, index) => index % 10);
const changed = (other: Uint8Array): number => labels.filter((label, index) => other[index] !== label).length;

it('replaces the share of labels by classes drawn at random, of which a tenth are the true ones', () => {
  expect(corruptLabels(labels, 0, 1, 10)).toEqual(labels);
  expect(changed(corruptLabels(labels, 0.4, 1, 10))).toBeGreaterThan(330);
  expect(changed(corruptLabels(labels, 0.4, 1, 10))).toBeLessThan(390);
  expect(changed(corruptLabels(labels, 1, 1, 10))).toBeGreaterThan(870);
  expect(changed(corruptLabels(labels, 1, 1, 10))).toBeLessThan(930);
});

it('corrupts by a larger share the images of a smaller one too, with the same classes', () => {
  const [some, more] = [corruptLabels(labels, 0.2, 7, 10), corruptLabels(labels, 0.6, 7, 10)];
  for (const [index, label] of some.entries()) {
    if (label !== labels[index]) expect(more[index]).toBe(label);
  }
});

it('gives the same for a seed and other labels for another', () => {
  expect(corruptLabels(labels, 0.5, 3, 10)).toEqual(corruptLabels(labels, 0.5, 3, 10));
  expect(corruptLabels(labels, 0.5, 4, 10)).not.toEqual(corruptLabels(labels, 0.5, 3, 10));
});

it('refuses a share that is none, and says what it found', () => {
  expect(() => corruptLabels(labels, 20, 1, 10)).toThrow('expected a share from 0 to 1, found 20');
  expect(() => corruptLabels(labels, NaN, 1, 10)).toThrow('found NaN');
});
