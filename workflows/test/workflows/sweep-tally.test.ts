import { describe, expect, it } from 'vitest';
import { SweepTally } from '../../src/workflows/sweep-tally.js';

const whole = { cells: { done: 4, cached: 1, failed: 0 }, maps: 40, failedTasks: 0 };
const partly = { cells: { done: 3, cached: 0, failed: 1 }, maps: 30, failedTasks: 1 };

describe('SweepTally', () => {
  it('adds what checkpoints that are over have done', () => {
    const tally = new SweepTally(undefined);
    tally.setTotal(12);
    tally.settle(0, whole);
    tally.settle(1, partly);
    expect(tally.cells).toEqual({ total: 12, done: 7, cached: 1, failed: 1 });
    expect([tally.maps, tally.done, [...tally.failed]]).toEqual([70, 2, [[1, 1]]]);
  });

  it('takes the failed cells of a checkpoint back when it is done again, once', () => {
    const tally = new SweepTally(undefined);
    tally.settle(1, partly);
    expect(tally.reopen(1)).toBe(true);
    expect(tally.reopen(1)).toBe(false);
    expect([tally.cells.failed, tally.done, tally.failed.size]).toEqual([0, 0, 0]);
  });

  it('opens nothing of a checkpoint without failures', () => {
    const tally = new SweepTally(undefined);
    tally.settle(0, whole);
    expect(tally.reopen(0)).toBe(false);
    expect(tally.done).toBe(1);
  });

  it('counts a checkpoint whose tables alone were set aside among the failed', () => {
    const tally = new SweepTally(undefined);
    tally.settle(2, { ...whole, failedTasks: 1 });
    expect([...tally.failed]).toEqual([[2, 0]]);
  });
});
