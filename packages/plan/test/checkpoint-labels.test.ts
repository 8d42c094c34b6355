import { expect, test } from 'vitest';
import { checkpointLabels } from '../src/checkpoint-labels.js';
import { naturalOrder } from '@unitscope/base';

test.each([
  [[], []],
  [
    ['runs/a/step-1/model.json', 'runs/a/step-2/model.json'],
    ['step-1', 'step-2'],
  ],
  [['x/vgg.onnx'], ['vgg']],
  [['x/step-3/model.json'], ['step-3']],
  [
    ['r/1.onnx', 'r/2.onnx', 'q/1.onnx'],
    ['r/1', 'r/2', 'q/1'],
  ],
  [
    ['a/x/m.onnx', 'a/m.onnx'],
    ['x/m', 'm'],
  ],
])('%j become %j', (paths, labels) => {
  expect(checkpointLabels(paths)).toEqual(labels);
});

test('numbers in names are read as numbers', () => {
  expect(['s-10', 's-9', 's-010', 't', 's'].sort(naturalOrder)).toEqual(['s', 's-9', 's-010', 's-10', 't']);
});
