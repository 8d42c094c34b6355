import { expect, test } from 'vitest';
import { heldOutName, outcomeNames } from '../src/models/outcomes.ts';

test('of metadata accuracies and losses say how good a checkpoint is, held out first', () => {
  const columns = [
    'accuracy',
    'epoch',
    'held_out_accuracy',
    'held_out_loss',
    'loss',
    'lr',
    'glossary',
    'val_acc',
  ];
  expect(outcomeNames(columns)).toEqual([
    'held_out_accuracy',
    'val_acc',
    'held_out_loss',
    'accuracy',
    'loss',
  ]);
  expect(heldOutName(columns)).toBe('held_out_accuracy');
  expect(heldOutName(['loss', 'test_loss'])).toBe('test_loss');
  expect(heldOutName(['accuracy', 'loss'])).toBeNull();
  expect(heldOutName([])).toBeNull();
});
