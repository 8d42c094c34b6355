import { describe, expect, test } from 'vitest';
import { formatStep, stepAxis } from '../src/marks/step-axis.js';

describe('stepAxis', () => {
  test('gives step 0 a place on the log-like axis, and equal factors nearly equal room', () => {
    const axis = stepAxis([0, 10, 100, 1000], 'log');
    expect(axis.position(0)).toBe(0);
    expect(axis.position(1000)).toBe(1);
    expect(axis.position(10)).toBeCloseTo(Math.log(2) / Math.log(101), 12);
    expect(axis.position(100)).toBeCloseTo(Math.log(11) / Math.log(101), 12);
  });

  test('is proportional where asked', () => {
    expect(stepAxis([0, 1, 10], 'linear').position(1)).toBeCloseTo(0.1, 12);
  });

  test('labels first and last, and no two too near', () => {
    const steps = Array.from({ length: 100 }, (_, i) => i);
    const ticks = stepAxis(steps, 'linear').ticks(0.3);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBe(99);
    expect(ticks).toHaveLength(4);
    expect(stepAxis([7], 'log').ticks(0.1)).toEqual([7]);
  });

  test('shortens thousands', () => {
    expect(formatStep(20_000)).toBe('20k');
    expect(formatStep(1500)).toBe('1500');
  });
});
