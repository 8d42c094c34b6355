import { expect, test } from 'vitest';
import { comparedSides } from '../src/page/compared-sides.ts';

const outline = {
  checkpoints: ['s1-0', 's1-10', 's1-20'].map((label, index) => ({
    label,
    index,
    step: index * 10,
  })),
  conditions: ['lr=0.003', 'lr=0.05'],
  problem: null,
};

test.each([
  ['', '', 's1-0', 's1-20'],
  ['s1-10', '', 's1-10', 's1-20'],
  ['s1-20', '', 's1-20', 's1-0'],
  ['', 's1-10', 's1-0', 's1-10'],
  ['', 's1-0', 's1-20', 's1-0'],
  ['lr=0.003,step=300', '', 'lr=0.003,step=300', 'lr=0.05,step=300'],
  ['', 'step=300, lr=0.05', 'lr=0.003,step=300', 'step=300, lr=0.05'],
  ['step=300', '', 'step=300', ''],
  ['s1-0', 'lr=0.05', 's1-0', 'lr=0.05'],
])('of A %j and B %j, %j is compared with %j', (a, b, toA, toB) => {
  expect(comparedSides(outline, { a, b })).toEqual({ a: toA, b: toB });
});

test('where nothing places the checkpoints, nothing is the other side', () => {
  const apart = { ...outline, conditions: [], problem: 'no step' };
  expect(comparedSides(apart, { a: 's1-0', b: '' })).toEqual({
    a: 's1-0',
    b: '',
  });
});
