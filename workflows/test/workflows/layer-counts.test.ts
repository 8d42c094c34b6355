import { describe, expect, it } from 'vitest';
import type { CheckpointPlan } from '../../src/messages/messages.js';
import { LayerCounts } from '../../src/workflows/layer-counts.js';

const plan: CheckpointPlan = { kind: 'measure', tasks: 7, cells: 7, layerStarts: [0, 3, 4] };

describe('LayerCounts', () => {
  it('counts the tasks of a batch that spans layers, and those that were set aside', () => {
    const counts = new LayerCounts(plan);
    counts.add({ checkpoint: 0, from: 2, to: 6 }, [3]);
    expect(counts.report()).toEqual([
      { total: 3, done: 1, failed: 0 },
      { total: 1, done: 0, failed: 1 },
      { total: 3, done: 2, failed: 0 },
    ]);
  });

  it('counts listed tasks by their own number', () => {
    const counts = new LayerCounts(plan);
    counts.add({ checkpoint: 0, from: 0, to: 2, tasks: [0, 6] }, [6]);
    expect(counts.counts()).toEqual([
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
  });

  it('goes on where an earlier run had come to, and opens what went away', () => {
    const before = new LayerCounts(plan);
    before.add({ checkpoint: 0, from: 0, to: 7 }, []);
    const after = new LayerCounts(plan, before.counts());
    after.reopen([0, 1, 5]);
    expect(after.counts()).toEqual([
      [1, 0],
      [1, 0],
      [2, 0],
    ]);
  });

  it('has none where every task is all layers', () => {
    const counts = new LayerCounts({ kind: 'extract', tasks: 5, cells: 10, layerStarts: [] });
    counts.add({ checkpoint: 0, from: 0, to: 5 }, [1]);
    counts.reopen([2]);
    expect(counts.report()).toEqual([]);
  });
});
