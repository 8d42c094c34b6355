import type { MeanInterval } from './student-interval.js';
import { studentInterval } from './student-interval.js';

/**
 * Mean of correlations, one a network, with its interval: Student's t over Fisher's z = artanh r, put back by tanh, so that it
 * stays between −1 and 1. null for fewer than two, and where an r is 1 or −1, of which z has no end. Throws
 * BootstrapOptionError for a coverage out of its range.
 */
export function fisherInterval(correlations: readonly number[], coverage = 0.95): MeanInterval | null {
  const found = studentInterval(correlations.map(Math.atanh), coverage);
  if (found === null || !Number.isFinite(found.high - found.low)) return null;
  return { n: found.n, mean: Math.tanh(found.mean), low: Math.tanh(found.low), high: Math.tanh(found.high) };
}

/** The mean of correlations after Fisher's z; NaN without any. */
export function fisherMean(correlations: readonly number[]): number {
  return Math.tanh(correlations.reduce((sum, r) => sum + Math.atanh(r), 0) / correlations.length);
}
