import { describe, expect, it } from 'vitest';
import type { Claimed } from '../src/claims/measure.ts';
import { caseFinding, measureFinding, verdictOf } from '../src/verdict/verdict.ts';

const below: Claimed = { kind: 'below', bound: 0, negligible: 0.05 };
const above: Claimed = { kind: 'above', bound: 0.5, negligible: 0 };

describe('measureFinding', () => {
  it('supports a claim whose interval over networks lies on the claimed side', () => {
    expect(measureFinding([-0.3, -0.31, -0.29], below)).toBe('supported');
    expect(measureFinding([0.9, 0.91, 0.92], above)).toBe('supported');
  });

  it('contradicts it where the interval lies on the other side', () => {
    expect(measureFinding([0.3, 0.31, 0.29], below)).toBe('contradicted');
    expect(measureFinding([0.1, 0.11, 0.12], above)).toBe('contradicted');
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

  it('decides nothing from fewer than three networks, or where one has no value', () => {
    expect(measureFinding([-0.3, -0.31], below)).toBe('open');
    expect(measureFinding([-0.3, -0.31, NaN], below)).toBe('open');
  });

  it('asks every network for exactness', () => {
    expect(measureFinding([0, 0, 0], { kind: 'within', tolerance: 0 })).toBe('supported');
    expect(measureFinding([0, 0, 1e-9], { kind: 'within', tolerance: 0 })).toBe('contradicted');
  });

  it('fails a control by one network', () => {
    expect(measureFinding([0.99, 0.98, 0.97], { kind: 'control', atLeast: 0.97 })).toBe('supported');
    expect(measureFinding([0.99, 0.98, 0.96], { kind: 'control', atLeast: 0.97 })).toBe('open');
  });
});

describe('caseFinding', () => {
  it('needs all required measures', () => {
    expect(caseFinding(['supported', 'supported'], [])).toBe('supported');
    expect(caseFinding(['supported', 'open'], [])).toBe('open');
    expect(caseFinding(['supported', 'negligible'], [])).toBe('negligible');
    expect(caseFinding(['negligible', 'contradicted'], [])).toBe('contradicted');
  });

  it('is open where a control fails, whatever the measures say', () => {
    expect(caseFinding(['supported'], ['open'])).toBe('open');
    expect(caseFinding(['contradicted'], ['open'])).toBe('open');
  });
});

describe('verdictOf', () => {
  it('reaches each verdict', () => {
    expect(verdictOf(['supported', 'supported'])).toBe('holds');
    expect(verdictOf(['supported', 'contradicted', 'contradicted'])).toBe('holds with conditions');
    expect(verdictOf(['contradicted', 'open'])).toBe('does not hold');
    expect(verdictOf(['negligible', 'negligible'])).toBe('does not hold');
    expect(verdictOf(['open', 'open', 'contradicted'])).toBe('undecided');
    expect(verdictOf([])).toBe('undecided');
  });

  it('makes no condition of one lucky case among ten', () => {
    const nine = new Array<'contradicted'>(9).fill('contradicted');
    expect(verdictOf(['supported', ...nine])).toBe('does not hold');
    expect(verdictOf(['supported', ...new Array<'open'>(9).fill('open')])).toBe('undecided');
  });
});
