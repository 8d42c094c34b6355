import { verdictOf, type ComparisonNotes, type LayerDifferenceRow } from '../src/index.js';
import { expect, test } from 'vitest';

const row = (layer: string, difference: number, certain: boolean): LayerDifferenceRow => ({
  layer,
  category: null,
  units_a: 8,
  units_b: 8,
  cells_a: 16,
  cells_b: 16,
  runs_a: null,
  runs_b: null,
  mean_a: 2,
  mean_b: 2 + difference,
  difference,
  low: difference - 0.1,
  high: difference + 0.1,
  p: 0.01,
  q: 0.02,
  effect: 0.5,
  certain,
  untested: null,
  died: 1,
  awoke: 0,
});

const notes: ComparisonNotes = {
  a: 'step-1',
  b: 'step-2',
  checkpoints_a: 1,
  checkpoints_b: 1,
  threshold: 50,
  certain_q: 0.05,
  replication: 'units',
  runs_a: 1,
  runs_b: 1,
  caveat: '',
  least_p: null,
};

const found = (rows: LayerDifferenceRow[], more: Partial<ComparisonNotes> = {}) => ({
  rows,
  notes: { ...notes, ...more },
});

test('a verdict says where entropy fell and rose, and how many layers are not told apart', () => {
  expect(
    verdictOf(found([row('conv1', -0.3, true), row('conv2', 0.2, true), row('conv3', -0.1, false)])),
  ).toBe(
    'Entropy of step-2 against step-1 is lower in conv1 (−0.30 [−0.40, −0.20]), and higher in conv2 (0.20 [0.10, 0.30]). ' +
      'In 1 layer the two are not told apart (q ≥ 0.05, or 0 in the interval). From the one to the other 3 units died, 0 awoke.',
  );
});

test('a verdict claims nothing where no layer is told apart', () => {
  expect(verdictOf(found([row('conv1', -0.3, false)]))).toMatch(
    /^Entropy of step-2 is not told apart from step-1/,
  );
});

test('a verdict tells what was not tested from what was not told apart', () => {
  const untested = {
    ...row('conv1', -0.9, false),
    p: null,
    q: null,
    untested: 'no sensitive unit on a side',
  };
  expect(verdictOf(found([untested]))).toBe(
    'Nothing is said of entropy from step-1 to step-2. Not tested, for no sensitive unit on a side: conv1. From the one to the other 1 unit died, 0 awoke.',
  );
  expect(verdictOf(found([untested, row('conv2', 0.1, false)]))).toBe(
    'Entropy of step-2 is not told apart from step-1 in 1 layer (q ≥ 0.05, or 0 in the interval). ' +
      'Not tested, for no sensitive unit on a side: conv1. From the one to the other 2 units died, 0 awoke.',
  );
});

test('a verdict says that few trainings cannot tell anything apart', () => {
  const few = (least: number): string =>
    verdictOf(found([row('conv1', -0.3, false)], { replication: 'paired runs', least_p: least }));
  expect(few(0.125)).toContain(' With so few trainings no p can be below 0.125:');
  expect(few(0.03)).not.toContain('so few trainings');
});
