import { describe, expect, it } from 'vitest';
import { BatchSize } from '../../src/workflows/batch-size.js';
import { defaultPace } from '../../src/messages/messages.js';

const pace = { ...defaultPace, lanes: 8, batchSeconds: 10, batchTasks: 400 };

describe('BatchSize', () => {
  it('takes a few tasks while nothing is known, and never more than the lane’s share', () => {
    const size = new BatchSize(pace, null);
    expect(size.next(1000)).toBe(4);
    expect(size.next(9)).toBe(2);
    expect(size.next(1)).toBe(1);
  });

  it('takes what fills the seconds of a batch, once a batch has told', () => {
    const size = new BatchSize(pace, null);
    size.learn(4, 2); // half a second a task
    expect(size.next(10_000)).toBe(20);
  });

  it('takes one of long tasks, and at most batchTasks of short ones', () => {
    expect(new BatchSize(pace, 3600).next(10_000)).toBe(1);
    expect(new BatchSize(pace, 0).next(1e6)).toBe(400);
  });

  it('follows the latest batches, by three tenths each', () => {
    const size = new BatchSize(pace, 1);
    size.learn(10, 20);
    expect(size.secondsATask).toBeCloseTo(1.3, 12);
    size.learn(0, 2); // a batch that was taken back had no task
    expect(size.secondsATask).toBeCloseTo(0.7 * 1.3 + 0.3 * 2, 12);
  });

  it('shares the end: no lane gets all that is left', () => {
    const size = new BatchSize(pace, 0.01);
    expect(size.next(80)).toBe(10);
  });
});
