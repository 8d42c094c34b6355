import { describe, expect, it } from 'vitest';
import { windowWidth } from '../../src/workflows/window-width.js';

describe('windowWidth', () => {
  const usual = { window: 4, lanes: 8, tasks: undefined, slots: 0 };

  it('is the window where checkpoints fill their lanes, or nobody said how many tasks they have', () => {
    expect(windowWidth(usual)).toBe(4);
    expect(windowWidth({ ...usual, tasks: 8 })).toBe(4);
    expect(windowWidth({ ...usual, tasks: 1000 })).toBe(4);
  });

  it('keeps as many tasks in the queue where checkpoints are small', () => {
    expect(windowWidth({ ...usual, tasks: 1 })).toBe(32);
    expect(windowWidth({ ...usual, tasks: 3 })).toBe(11);
    expect(windowWidth({ ...usual, tasks: 0 })).toBe(32);
  });

  it('grows with the workers that are there, and never beyond what a history holds', () => {
    expect(windowWidth({ ...usual, slots: 160 })).toBe(30);
    expect(windowWidth({ ...usual, tasks: 1, slots: 100 })).toBe(150);
    expect(windowWidth({ ...usual, tasks: 1, slots: 10_000 })).toBe(300);
  });

  it('is never below what was asked for', () => {
    expect(windowWidth({ ...usual, window: 500, slots: 1 })).toBe(500);
  });
});
