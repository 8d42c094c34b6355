import { expect, it } from 'vitest';
import { ImageLabels } from '../src/activations/image-labels.js';

function code(labels: ImageLabels, text: string): number {
  const bytes = Buffer.from(`··${text}··`);
  return labels.codeOf(bytes, 4, bytes.length - 4);
}

it('gives each label one code, in the order in which they come', () => {
  const labels = new ImageLabels();
  const texts = Array.from({ length: 5000 }, (_, i) => `folder/ü-${(i * 7) % 5000}.png`);
  expect(texts.map((text) => code(labels, text))).toEqual(texts.map((_, i) => i));
  expect(texts.map((text) => code(labels, text))).toEqual(texts.map((_, i) => i));
  expect(labels.list()).toEqual(texts);
});

it('takes the empty text and a prefix of another label for labels of their own', () => {
  const labels = new ImageLabels();
  expect(['ab', '', 'a', 'ab', ''].map((text) => code(labels, text))).toEqual([0, 1, 2, 0, 1]);
});

it('takes a number for its decimal text', () => {
  const labels = new ImageLabels();
  expect(labels.codeOfInteger(-12n)).toBe(0);
  expect(labels.codeOfInteger(7)).toBe(1);
  expect(code(labels, '-12')).toBe(0);
  expect(labels.codeOfInteger(7)).toBe(1);
});

it('knows no label of a code that it has not given', () => {
  expect(() => new ImageLabels().label(0)).toThrow(RangeError);
});
