import { describe, expect, it } from 'vitest';
import type { Claimed } from '../src/claims/measure.ts';
import { conditionFinding, measureFinding, measureInterval } from '../src/verdict/verdict.ts';

const below: Claimed = { kind: 'below', bound: 0, negligible: 0.05 };
const above: Claimed = { kind: 'above', bound: 0, negligible: 0.3 };

describe('measureFinding', () => {
  it('supports a claim whose interval over networks lies on the claimed side', () => {
    expect(measureFinding([-0.3, -0.31, -0.29], below)).toBe('supported');
    expect(measureFinding([0.9, 0.91, 0.92], above, 'correlation')).toBe('supported');
  });

  it('contradicts it only where it is significantly the other way', () => {
    expect(measureFinding([0.3, 0.31, 0.29], below)).toBe('contradicted');
    // Sure, and weaker than one might wish: not the other way.
    expect(measureFinding([0.1, 0.11, 0.12], above, 'correlation')).toBe('negligible');
    expect(measureFinding([0.3, 0.31, 0.34], above, 'correlation')).toBe('supported');
    expect(measureFinding([0.2, 0.5, -0.6], above, 'correlation')).toBe('open');
  });

  it('calls an effect negligible that is sure and too small, on either side', () => {
    expect(measureFinding([-0.02, -0.021, -0.022], below)).toBe('negligible');
    expect(measureFinding([0.001, 0, -0.001], below)).toBe('negligible');
  });

  it('leaves it open where networks disagree', () => {
    expect(measureFinding([-0.3, 0.1, -0.2], below)).toBe('open');
    // All three below 0, and still their interval reaches over it: two degrees of freedom.
    expect(measureFinding([-0.3, -0.06, -0.9], below)).toBe('open');
  });

  it('decides nothing from fewer than three networks, where one has no value, or where nothing varies', () => {
    expect(measureFinding([-0.3, -0.31], below)).toBe('open');
    expect(measureFinding([-0.3, -0.31, NaN], below)).toBe('open');
    expect(measureFinding([-0.3, -0.3, -0.3], below)).toBe('open');
  });

  it('asks every network for exactness', () => {
    expect(measureFinding([0, 0, 0], { kind: 'within', tolerance: 0 })).toBe('supported');
    expect(measureFinding([0, 0, 1e-9], { kind: 'within', tolerance: 0 })).toBe('contradicted');
    // No matter of chance: of one network too.
    expect(measureFinding([0], { kind: 'within', tolerance: 0 })).toBe('supported');
    expect(measureFinding([1e-9], { kind: 'within', tolerance: 0 })).toBe('contradicted');
    expect(measureFinding([], { kind: 'within', tolerance: 0 })).toBe('open');
  });

  it('finds what should not change within its margin, outside of it, or neither', () => {
    const near: Claimed = { kind: 'near', margin: 0.1 };
    expect(measureFinding([0.02, 0.03, 0.04], near)).toBe('supported');
    expect(measureFinding([0, 0, 0], near)).toBe('supported');
    expect(measureFinding([-0.31, -0.3, -0.32], near)).toBe('contradicted');
    expect(measureFinding([0.05, 0.1, 0.2], near)).toBe('open');
  });

  it('fails a control by one network', () => {
    expect(measureFinding([0.99, 0.98, 0.97], { kind: 'control', atLeast: 0.97 })).toBe('supported');
    expect(measureFinding([0.99, 0.98, 0.96], { kind: 'control', atLeast: 0.97 })).toBe('open');
  });
});

describe('measureInterval', () => {
  it('has no width of zero, stays where correlations and shares stay, and needs two networks', () => {
    expect(measureInterval([0.5, 0.5, 0.5])).toBeNull();
    expect(measureInterval([0.5])).toBeNull();
    const r = measureInterval([0.99, 0.2, 0.9], 'correlation');
    expect(r?.low).toBeGreaterThan(-1);
    expect(r?.high).toBeLessThan(1);
    expect(measureInterval([0.9, 1, 0.2], 'share')).toMatchObject({ high: 1 });
    expect(measureInterval([0.9, 1, 0.2])?.high).toBeGreaterThan(1);
    expect(measureInterval([0.1, 5, 0.2], 'amount')?.low).toBe(0);
    expect(measureInterval([0.1, 5, 0.2])?.low).toBeLessThan(0);
  });
});

describe('conditionFinding', () => {
  it('needs all deciding measures', () => {
    expect(conditionFinding(['supported', 'supported'], [])).toBe('supported');
    expect(conditionFinding(['supported', 'open'], [])).toBe('open');
    expect(conditionFinding(['supported', 'negligible'], [])).toBe('negligible');
    expect(conditionFinding(['negligible', 'contradicted'], [])).toBe('contradicted');
  });

  it('is open where a control fails, whatever the measures say', () => {
    expect(conditionFinding(['supported'], ['open'])).toBe('open');
    expect(conditionFinding(['contradicted'], ['open'])).toBe('open');
  });
});
