import { expect, it } from 'vitest';
import type { CheckpointPlan } from '../src/messages/messages.ts';
import { batchSummary } from '../src/workflows/batch-summary.ts';

const measure: CheckpointPlan = {
  kind: 'measure',
  tasks: 6,
  cells: 6,
  layerStarts: [0, 3],
  names: { checkpoint: 'step-040', layers: ['conv1', 'conv2'], categories: ['cat', 'dog', 'fox'] },
};
const extract: CheckpointPlan = {
  kind: 'extract',
  tasks: 3,
  cells: 6,
  layerStarts: [],
  names: { checkpoint: 'step-040', layers: [], categories: ['cat', 'dog', 'fox'] },
};

it.each([
  [measure, { from: 0, to: 1 }, 'step-040: conv1 × cat (task 1 of 6)'],
  [measure, { from: 3, to: 6 }, 'step-040: conv2 × cat … fox (tasks 4–6 of 6)'],
  [measure, { from: 1, to: 5 }, 'step-040: conv1 × dog … conv2 × dog (tasks 2–5 of 6)'],
  [measure, { from: 0, to: 2, tasks: [1, 4] }, 'step-040: conv1 × dog … conv2 × dog (failed tasks 2–5 of 6)'],
  [extract, { from: 2, to: 3 }, 'step-040: category fox (task 3 of 3)'],
  [extract, { from: 0, to: 2 }, 'step-040: categories cat … dog (tasks 1–2 of 3)'],
])('names what a batch is of, %#', (plan, batch, summary) => {
  expect(batchSummary(plan, { checkpoint: 0, ...batch })).toBe(summary);
});

it('counts where a plan of an earlier version has no names, and where lists were too long to be sent', () => {
  const batch = { checkpoint: 0, from: 0, to: 3 };
  const { kind, tasks, cells, layerStarts } = measure;
  expect(batchSummary({ kind, tasks, cells, layerStarts }, batch)).toBe('tasks 1–3 of 6');
  const names = { checkpoint: 'step-040', layers: [], categories: [] };
  expect(batchSummary({ ...measure, names }, batch)).toBe('step-040: tasks 1–3 of 6');
  expect(batchSummary({ ...extract, names }, batch)).toBe('step-040: tasks 1–3 of 3');
});
