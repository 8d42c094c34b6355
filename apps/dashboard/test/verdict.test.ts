import { expect, test } from 'vitest';
import { verdictOf } from '../src/page/parts/verdict.ts';
import type { LayerDifferenceRow } from '../src/page/rows.ts';

const row = (layer: string, difference: number, certain: boolean): LayerDifferenceRow => ({
  layer,
  category: null,
  units_a: 8,
  units_b: 8,
  cells_a: 16,
  cells_b: 16,
  mean_a: 2,
  mean_b: 2 + difference,
  difference,
  low: difference - 0.1,
  high: difference + 0.1,
  p: 0.01,
  q: 0.02,
  effect: 0.5,
  certain,
  died: 1,
  awoke: 0,
});

const found = (rows: LayerDifferenceRow[]) => ({
  rows,
  names: [],
  total: rows.length,
  notes: new Map([
    ['a', 'step-1'],
    ['b', 'step-2'],
    ['certainQ', '0.05'],
  ]),
});

test('a verdict says where entropy fell and rose, and how many layers are not told apart', () => {
  expect(
    verdictOf(found([row('conv1', -0.3, true), row('conv2', 0.2, true), row('conv3', -0.1, false)])),
  ).toBe(
    'Entropy of step-2 against step-1 is lower in conv1 (−0.30 [−0.40, −0.20]), and higher in conv2 (0.20 [0.10, 0.30]). ' +
      'In 1 layer the two are not told apart (q ≥ 0.05, or 0 in the interval). 3 units died, 0 awoke.',
  );
});

test('a verdict claims nothing where no layer is told apart', () => {
  expect(verdictOf(found([row('conv1', -0.3, false)]))).toMatch(
    /^Entropy of step-2 is not told apart from step-1/,
  );
});
