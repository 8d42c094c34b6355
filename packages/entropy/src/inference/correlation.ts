import { meanOf } from '@unitscope/base';
import type { Interval } from './bootstrap.js';
import { normalAbove, normalQuantile, studentBeyond } from './distributions.js';
import { exactKendall, exactRankCorrelation } from './exact-ranks.js';
import { midRanks } from './mid-ranks.js';

export interface Correlation {
  readonly n: number;
  readonly r: number;
  /** Two-sided; null for fewer than five points. */
  readonly p: number | null;
  /** null for fewer than five points. */
  readonly interval: Interval | null;
}

/** Fewer points say nothing of chance. */
const FEWEST = 5;
/** So far SciPy's exact p of Kendall's τ goes. */
const MOST_EXACT_KENDALL = 33;
/** Ranks of up to so many points are put in all their orders. */
const MOST_EXACT = 8;

/**
 * Pearson's r, its p by Student's t and its interval by Fisher's transformation (scipy.stats.pearsonr and its
 * confidence_interval). null for fewer than three points or where one side is constant.
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>, coverage = 0.95): Correlation | null {
  const r = productMoment(x, y);
  return r === null ? null : { ...test(r, x.length), interval: fisher(r, x.length, coverage, 1) };
}

/**
 * Spearman's ρ over mid-ranks; its p exact for up to 8 points (all orders of the ranks), else by Student's t
 * (scipy.stats.spearmanr); its interval by Fisher's transformation
 * with the variance (1 + ρ²/2) / (n − 3) of Bonett and Wright (2000).
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>, coverage = 0.95): Correlation | null {
  const [ranksX, ranksY] = [midRanks(x), midRanks(y)];
  const r = productMoment(ranksX, ranksY);
  if (r === null) return null;
  const found = test(r, x.length);
  const p = found.p !== null && x.length <= MOST_EXACT ? exactRankCorrelation(ranksX, ranksY) : found.p;
  return { ...found, p, interval: fisher(r, x.length, coverage, 1 + (r * r) / 2) };
}

/**
 * Kendall's τ-b. Its p is exact for up to 33 points without ties, else by the normal approximation with ties
 * (scipy.stats.kendalltau); null for fewer than five points. null for fewer than two points or where one side is constant.
 * Takes time that grows as n².
 */
export function kendall(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { tau: number; p: number | null } | null {
  const n = x.length;
  let balance = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) balance += Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
  }
  const a = tieSums(x);
  const b = tieSums(y);
  const pairs = (n * (n - 1)) / 2;
  if (n < 2 || a.pairs === pairs || b.pairs === pairs) return null;
  const tau = balance / Math.sqrt(pairs - a.pairs) / Math.sqrt(pairs - b.pairs);
  if (n < FEWEST) return { tau, p: null };
  if (a.pairs + b.pairs === 0 && n <= MOST_EXACT_KENDALL)
    return { tau, p: exactKendall((pairs - balance) / 2, n) };
  const m = n * (n - 1);
  const variance =
    (m * (2 * n + 5) - a.weighted - b.weighted) / 18 +
    (2 * a.pairs * b.pairs) / m +
    (n > 2 ? (a.triples * b.triples) / (9 * m * (n - 2)) : 0);
  return { tau, p: Math.min(1, 2 * normalAbove(Math.abs(balance) / Math.sqrt(variance))) };
}

/** Pearson's r of x[t] and y[t + lag] for each lag from −most to most that leaves four points or more. */
export function laggedCorrelations(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  most: number,
): { lag: number; r: number; n: number }[] {
  const found: { lag: number; r: number; n: number }[] = [];
  for (let lag = -most; lag <= most; lag++) {
    const from = Math.max(0, -lag);
    const to = Math.min(x.length, y.length - lag);
    if (to - from < 4) continue;
    const r = productMoment(
      Float64Array.from({ length: to - from }, (_, i) => x[from + i]!),
      Float64Array.from({ length: to - from }, (_, i) => y[from + i + lag]!),
    );
    if (r !== null) found.push({ lag, r, n: to - from });
  }
  return found;
}

function productMoment(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const n = x.length;
  if (n < 3) return null;
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // A constant has rounding left in its deviations.
  const constant = (sum: number, level: number): boolean => sum <= n * (1e-14 * level) ** 2;
  if (constant(xx, meanX) || constant(yy, meanY)) return null;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

function test(r: number, n: number): { n: number; r: number; p: number | null } {
  if (n < FEWEST) return { n, r, p: null };
  const freedom = n - 2;
  const p = Math.abs(r) === 1 ? 0 : studentBeyond(r * Math.sqrt(freedom / ((1 - r) * (1 + r))), freedom);
  return { n, r, p };
}

function fisher(r: number, n: number, coverage: number, spread: number): Interval | null {
  if (n < FEWEST) return null;
  // Fisher's z has no end there, and [1, 1] would be certainty.
  if (Math.abs(r) === 1) return null;
  const half = normalQuantile((1 + coverage) / 2) * Math.sqrt(spread / (n - 3));
  return { low: Math.tanh(Math.atanh(r) - half), high: Math.tanh(Math.atanh(r) + half) };
}

function tieSums(values: ArrayLike<number>): { pairs: number; triples: number; weighted: number } {
  const times = new Map<number, number>();
  for (let i = 0; i < values.length; i++) times.set(values[i]!, (times.get(values[i]!) ?? 0) + 1);
  let pairs = 0;
  let triples = 0;
  let weighted = 0;
  for (const t of times.values()) {
    pairs += (t * (t - 1)) / 2;
    triples += t * (t - 1) * (t - 2);
    weighted += t * (t - 1) * (2 * t + 5);
  }
  return { pairs, triples, weighted };
}
