import { InputError } from '@unitscope/base';
import { MAX_MAP_SIZE, noiseBirths, rankLimit } from '@unitscope/topology';
import { countsAsBirth } from '../units/birth-histogram.js';
import { surprise } from '../units/feature-entropy.js';
import { resolveStatisticsOptions, type StatisticsOptions } from '../layers/statistics-options.js';

const NEGLIGIBLE = 1e-18;

/** The standard error of `nullEntropy` by its simulation, as a share of it: at most so much (infra/null-error.mjs). */
export const NULL_ERROR = 0.001;

export class NullEntropyError extends InputError {
  readonly code = 'NULL_ENTROPY_ARGUMENT';
}

const distributions = new Map<string, Float64Array>();
const entropies = new Map<string, number>();

/**
 * The feature entropy that noise would have: the expected plug-in entropy, in nats, of the births of i.i.d.
 * Gaussian maps of size N × N, given that `births` of them have a birth within the threshold (docs/method.md,
 * section 2). The distribution of the births is simulated with a fixed seed, which leaves the error
 * NULL_ERROR; the expectation over it is exact.
 * It is 0 for fewer than two births, and where noise has no birth within the threshold at all.
 * Both steps are remembered, so that asking again costs a look-up. Throws NullEntropyError,
 * StatisticsOptionError.
 */
export function nullEntropy(size: number, births: number, options: StatisticsOptions = {}): number {
  const { threshold, density } = resolveStatisticsOptions(options);
  if (!Number.isInteger(size) || size < 1 || size > MAX_MAP_SIZE) {
    throw new NullEntropyError(`map size: expected a whole number from 1 to ${MAX_MAP_SIZE}, found ${size}`);
  }
  if (!Number.isSafeInteger(births) || births < 0) {
    throw new NullEntropyError(`births: expected a whole number from 0, found ${births}`);
  }
  const maxRank = Math.min(threshold + 1, rankLimit(size, density));
  const key = `${size} ${maxRank}`;
  const known = entropies.get(`${key} ${births}`);
  if (known !== undefined) return known;
  let distribution = distributions.get(key);
  if (distribution === undefined) {
    distribution = published(noiseBirths(size, maxRank), threshold);
    distributions.set(key, distribution);
  }
  const entropy = expectedEntropy(distribution, births);
  entropies.set(`${key} ${births}`, entropy);
  return entropy;
}

/** The probabilities of the ranks that count as a birth, made to sum to 1. */
function published(births: Float64Array, threshold: number): Float64Array {
  const kept = births.filter((probability, rank) => probability > 0 && countsAsBirth(rank, threshold));
  const total = kept.reduce((sum, probability) => sum + probability, 0);
  return kept.map((probability) => probability / total);
}

/** E[H] of n draws: each value's count is binomial, so E[H] = Σ_k Σ_x Binom(x; n, p_k) · −(x/n) ln(x/n). */
export function expectedEntropy(distribution: Float64Array, n: number): number {
  if (n < 2) return 0;
  let entropy = 0;
  for (const probability of distribution) entropy += expectedSurprise(probability, n);
  return entropy;
}

/** Walks from the mode outwards with weights relative to it, so that nothing over- or underflows. */
function expectedSurprise(p: number, n: number): number {
  if (p >= 1) return 0;
  const odds = p / (1 - p);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  let total = 1;
  let sum = surprise(mode, n);
  let weight = 1;
  for (let x = mode + 1; x <= n && weight > NEGLIGIBLE; x++) {
    weight *= ((n - x + 1) / x) * odds;
    total += weight;
    sum += weight * surprise(x, n);
  }
  weight = 1;
  for (let x = mode - 1; x >= 0 && weight > NEGLIGIBLE; x--) {
    weight *= (x + 1) / (n - x) / odds;
    total += weight;
    sum += weight * surprise(x, n);
  }
  return sum / total;
}
